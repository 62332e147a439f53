import { merge, type Observable, Subject } from 'rxjs';
import type { DomainEvent, Report } from '../domain/events.ts';
import { isFrequent, isFrequentType } from '../domain/frequentEvents.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { EventsOf, StreamChange } from '../outlets/outlet.ts';

type EventType = DomainEvent['type'];

/** Passes each event on: to telemetry first, then to the followers of streams, then to those of its type. */
export class EventHub {
  readonly report: Report;
  readonly streams$: Observable<StreamChange>;
  readonly #alive = new Set<StreamId>();
  /** One subject for each type that has been asked for. Each message makes events: with one subject for all types, each follower saw them all. */
  readonly #followed = new Map<EventType, Subject<DomainEvent>>();
  /** Somebody has asked for a type that each message has. */
  #followsFrequent = false;

  constructor(toTelemetry: Report) {
    const streams = new Subject<StreamChange>();
    this.streams$ = streams.asObservable();
    this.report = (event) => {
      toTelemetry(event);
      if (isFrequent(event)) {
        if (this.#followsFrequent) this.#followed.get(event.type)?.next(event);
        return;
      }
      const change = this.#changeOf(event);
      if (change !== undefined) streams.next(change);
      this.#followed.get(event.type)?.next(event);
    };
  }

  readonly eventsOf: EventsOf = (...types) => merge(...types.map((type) => this.#ofType(type)));

  #ofType<Type extends EventType>(type: Type): Observable<Extract<DomainEvent, { readonly type: Type }>> {
    let subject = this.#followed.get(type);
    if (subject === undefined) {
      subject = new Subject();
      this.#followed.set(type, subject);
      this.#followsFrequent ||= isFrequentType(type);
    }
    // Only events of this type are handed to its subject.
    return subject as Observable<DomainEvent> as Observable<Extract<DomainEvent, { readonly type: Type }>>;
  }

  /** Streams that have a learner now. */
  get streamCount(): number {
    return this.#alive.size;
  }

  get alive(): Iterable<StreamId> {
    return this.#alive;
  }

  /** The stream has a learner now. */
  isAlive(stream: StreamId): boolean {
    return this.#alive.has(stream);
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
