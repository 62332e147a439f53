import type { MessagePort } from 'node:worker_threads';
import type { SettingsOf } from '../../domain/decode.ts';
import type { DomainEvent, Report } from '../../domain/events.ts';
import { FollowingMap } from '../../domain/followingMap.ts';
import type { LearnerHost } from '../../domain/learnerHost.ts';
import type { Step } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { Instruction } from '../../domain/streamInput.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import { BatchSizer } from './batchSizer.ts';
import { ForecastRows } from './forecastRows.ts';
import {
  ANSWER_HEADING,
  type Answer,
  type FromThread,
  type Introduction,
  type Post,
  type Request,
  type ToThread,
} from './messages.ts';
import { toSendableError, toSendableEvent } from './sendableEvent.ts';
import { evictedBy, isEviction, stepAt, widthOf } from './stepRows.ts';

export interface ServedPorts {
  readonly settingsOf: SettingsOf;
  readonly report: Report;
}

/**
 * The thread's side of a threaded host: rows to steps, forecasts to rows, one message after the other, until it is told to
 * stop. The learners are those of the given host, whose `push` has to answer and learn before it returns.
 */
export function serveLearners(port: MessagePort, createHost: (ports: ServedPorts) => LearnerHost): void {
  const server = new LearnerServer(port, createHost);
  port.on('message', (message: ToThread) => server.receive(message));
}

/** One life of a stream. */
interface ServedStream {
  readonly index: number;
  readonly id: StreamId;
  readonly settings: StreamSettings;
}

class LearnerServer {
  readonly #port: MessagePort;
  readonly #post: Post<FromThread>;
  readonly #host: LearnerHost;
  readonly #settings = new Map<number, StreamSettings>();
  readonly #streams = new Map<number, ServedStream>();
  /** The life that a stream is in. The next one may have been told of already. */
  readonly #current = new FollowingMap<StreamId, ServedStream>();
  readonly #batchSizer = new BatchSizer();
  /** Those of the batch that is being answered. */
  readonly #forecasts = new ForecastRows(ANSWER_HEADING);
  #events: DomainEvent[] = [];
  /** Flag of the next answer: none of the same batch follows. */
  #isLast = true;
  #isAnswered = false;

  constructor(port: MessagePort, createHost: (ports: ServedPorts) => LearnerHost) {
    this.#port = port;
    this.#post = (message, transfer = []) => port.postMessage(message, transfer);
    this.#host = createHost({
      settingsOf: (stream) => (this.#current.get(stream) as ServedStream).settings,
      report: (event) => this.#events.push(toSendableEvent(event)),
    });
    this.#host.start(
      {
        take: (forecast) => this.#forecasts.add(forecast, (this.#current.get(forecast.stream) as ServedStream).index),
        endBatch: () => this.#answer(),
      },
      (error) => {
        throw error;
      },
    );
  }

  receive(message: ToThread): void {
    if (message instanceof Float64Array) this.#learn(message);
    else if (message.kind === 'introduction') this.#meet(message);
    else if (message.kind === 'stop') void this.#stop();
    else void this.#reply(message);
  }

  #meet({ settings, streams }: Introduction): void {
    for (const { number, settings: told } of settings) this.#settings.set(number, told);
    for (const { index, id, settings: number } of streams)
      this.#streams.set(index, { index, id, settings: this.#settings.get(number) as StreamSettings });
  }

  #learn(rows: Float64Array): void {
    const started = performance.now();
    this.#isAnswered = false;
    let run: Step[] = [];
    let count = 0;
    for (let place = 0; place < rows.length; place += widthOf(rows, place)) {
      count++;
      const first = rows[place];
      if (!isEviction(first)) {
        run.push(this.#stepAt(rows, place));
        continue;
      }
      this.#push(run, false);
      run = [];
      this.#evict(evictedBy(first));
    }
    this.#push(run, true);
    if (!this.#isAnswered) this.#answer();
    this.#batchSizer.add(count, performance.now() - started);
    this.#tell();
  }

  #stepAt(rows: Float64Array, place: number): Step {
    const stream = this.#streams.get(rows[place]) as ServedStream;
    this.#current.set(stream.id, stream);
    return stepAt(rows, place, stream.id);
  }

  #push(run: readonly Step[], isLast: boolean): void {
    this.#isLast = isLast;
    if (run.length > 0) this.#host.push(run);
  }

  /** Leaves before the learning of these steps. */
  #answer(): void {
    this.#tell();
    this.#isAnswered = this.#isLast;
    const rows = this.#forecasts.take(this.#isLast ? 1 : 0, this.#batchSizer.msPerRow);
    this.#post(rows, [rows.buffer as ArrayBuffer]);
  }

  /** One of whose steps none arrived is not known here. */
  #evict(index: number): void {
    const stream = this.#streams.get(index);
    this.#streams.delete(index);
    if (stream === undefined || this.#current.get(stream.id) !== stream) return;
    this.#current.delete(stream.id);
    this.#host.evict(stream.id);
  }

  async #reply(request: Request): Promise<void> {
    const { ticket } = request;
    try {
      const answer = await this.#answerTo(request);
      this.#tell();
      this.#post({ kind: 'done', ticket, answer });
    } catch (error) {
      this.#post({ kind: 'refused', ticket, error: toSendableError(error) });
    }
  }

  async #answerTo(request: Request): Promise<Answer> {
    switch (request.kind) {
      case 'snapshot':
        return this.#host.snapshot(request.stream);
      case 'inspect':
        return this.#host.inspect(request.stream);
      case 'probe':
        return this.#host.probe(request.stream, request.request);
      case 'restore':
        return this.#restore(request.index, request.snapshot);
      case 'instruct':
        return this.#instruct(request.index, request.input);
      case 'drain':
        await this.#host.drain();
        return undefined;
      default:
        throw new RangeError(`an unknown request: ${String(request satisfies never)}`);
    }
  }

  /** A stream whose life is over hears no more. */
  #instruct(index: number, input: Instruction): undefined {
    if (this.#current.get(input.stream)?.index === index) this.#host.instruct(input);
  }

  /** A stream begins with it as it else does with its first step. */
  #restore(index: number, snapshot: Uint8Array): Promise<Answer> {
    const stream = this.#streams.get(index) as ServedStream;
    this.#current.set(stream.id, stream);
    return this.#host.restore(stream.id, snapshot);
  }

  #tell(): void {
    if (this.#events.length === 0) return;
    this.#post({ kind: 'events', events: this.#events });
    this.#events = [];
  }

  async #stop(): Promise<void> {
    await this.#host.stop();
    this.#tell();
    this.#port.close();
  }
}
