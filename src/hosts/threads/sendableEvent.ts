import type { DomainEvent } from '../../domain/events.ts';

/**
 * An event as it can be sent to another thread. An error arrives with name, message and stack as text: what else it holds
 * (a function, a handle) might not go over, and a report must never be what fails.
 */
export function toSendableEvent(event: DomainEvent): DomainEvent {
  return 'error' in event ? { ...event, error: toSendableError(event.error) } : event;
}

export function toSendableError(error: unknown): Error {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const copy = new Error(String(message));
  copy.stack = String(stack ?? message);
  return copy;
}
