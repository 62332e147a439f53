import { type Observable, Subject } from 'rxjs';
import type { DomainEvent, Report } from '../domain/events.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { StreamChange } from '../outlets/outlet.ts';

/** Passes each event on: to telemetry first, then to those who follow streams, then to those who follow events. */
export class EventHub {
  readonly report: Report;
  readonly events$: Observable<DomainEvent>;
  readonly streams$: Observable<StreamChange>;
  readonly #alive = new Set<StreamId>();

  constructor(toTelemetry: Report) {
    const events = new Subject<DomainEvent>();
    const streams = new Subject<StreamChange>();
    this.events$ = events.asObservable();
    this.streams$ = streams.asObservable();
    this.report = (event) => {
      toTelemetry(event);
      const change = this.#changeOf(event);
      if (change !== undefined) streams.next(change);
      // Events of the healthy path are many, and mostly there are no followers.
      if (events.observed) events.next(event);
    };
  }

  /** Streams that have a learner now. */
  get streamCount(): number {
    return this.#alive.size;
  }

  #changeOf(event: DomainEvent): StreamChange | undefined {
    switch (event.type) {
      case 'StreamStarted':
        this.#alive.add(event.stream);
        return { kind: 'started', stream: event.stream };
      case 'StreamEvicted':
        this.#alive.delete(event.stream);
        return { kind: 'evicted', stream: event.stream };
      case 'StreamRestored':
        return { kind: 'restored', stream: event.stream };
      default:
        return undefined;
    }
  }
}
