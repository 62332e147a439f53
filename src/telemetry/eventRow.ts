import type { DomainEvent } from '../domain/events.ts';
import type { LogLevel } from '../domain/logLevel.ts';
import type { Counters } from './counters.ts';

interface EventLine<Event> {
  readonly level: LogLevel | ((event: Event) => LogLevel);
  /** Starts with the noun that operators search for. */
  readonly text: string | ((event: Event) => string);
  /**
   * Events of one type with the same key are one line, which is written at most once in the time of `quiet`. `each`: every event is written, up to
   * thirty of a type in a minute. That is for events that the back-off makes rare, where the reader of a loss must also read of the return.
   */
  readonly key: 'each' | ((event: Event) => string);
  /** `day`: for what goes on for as long as its cause is there, and is summed up in `bridge/health`. Default: a minute. */
  readonly quiet?: 'day';
}

/** Everything that telemetry does with one type of event. */
export interface EventRow<Event> {
  /** Adds the event to the counters; null: no counter has it. */
  readonly count: ((counters: Counters, event: Event) => void) | null;
  /** null: an event of the healthy path, where a line for each would be the load. */
  readonly line: EventLine<Event> | null;
}

/** One row for each type of event. */
export type EventRows = {
  readonly [Type in DomainEvent['type']]: EventRow<Extract<DomainEvent, { readonly type: Type }>>;
};
