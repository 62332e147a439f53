import type { DomainEvent } from './events.ts';

/** Each message makes these events. There is one object for all of a type, so that what counts them need not look for the type. */
export const RECEIVED: DomainEvent = { type: 'MessageReceived' };
export const ISSUED: DomainEvent = { type: 'ForecastIssued' };
export const PUBLISHED: DomainEvent = { type: 'MessagePublished' };

/** Tells if it is one of these objects. */
export function isFrequent(event: DomainEvent): boolean {
  return event === RECEIVED || event === ISSUED || event === PUBLISHED;
}

export function isFrequentType(type: DomainEvent['type']): boolean {
  return type === RECEIVED.type || type === ISSUED.type || type === PUBLISHED.type;
}
