import { Observable, pipe, type Subscriber, Subscription, tap } from 'rxjs';
import type { Report } from '../../domain/events.ts';
import type { TakeState } from '../../domain/learnerHost.ts';
import type { Sample } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { Instruction } from '../../domain/streamInput.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import type { ZoneOffset } from '../../domain/time.ts';
import type { MachineOutput, StreamMachine } from '../../pipeline/streamMachine.ts';
import { inTimeOrder } from './inTimeOrder.ts';
import { resample } from './resample.ts';
import { StreamCursor } from './streamCursor.ts';
import { encodeStreamState } from './streamState.ts';

export interface OneStreamOptions {
  readonly stream: StreamId;
  readonly settings: Pick<StreamSettings, 'step' | 'exogenous' | 'anomaly'>;
  readonly zoneOffset: ZoneOffset;
  readonly report: Report;
  /** Its state outlives it. */
  readonly isKept: boolean;
  /** Where order and grid of its life before stood; undefined: it had none. */
  readonly cursor: unknown;
}

/** Order and grid of one stream; with the learner's part, which the host asks for behind them, they are its state. */
export class OneStream implements StreamMachine {
  readonly #cursor: StreamCursor;
  readonly #subscription = new Subscription();
  readonly #instruct: (input: Instruction) => void;
  /** undefined once the way has failed or ended. */
  #input: Subscriber<Sample> | undefined;

  constructor(options: OneStreamOptions, output: MachineOutput) {
    const { settings } = options;
    this.#instruct = output.instruct;
    this.#cursor = new StreamCursor(settings.exogenous, settings.step.gapAfter);
    // What comes out while the cursor is brought back was learned in the life before.
    let isReady = false;
    let failure: { readonly error: unknown } | undefined;
    // Not a Subject: it has one reader.
    const samples = new Observable<Sample>((reader) => {
      this.#input = reader;
    });
    this.#subscription.add(
      samples.pipe(this.#way(options)).subscribe({
        next: (steps) => {
          if (isReady) output.pass(steps);
        },
        error: (error: unknown) => {
          failure = { error };
          if (isReady) output.fail(error);
        },
        complete: () => output.end(),
      }),
    );
    if (options.cursor !== undefined) this.#resume(options.stream, options.cursor);
    if (failure !== undefined) throw (failure as { readonly error: unknown }).error;
    isReady = true;
  }

  #way({ settings, zoneOffset, report, isKept }: OneStreamOptions) {
    const { maxAge } = settings.anomaly;
    return pipe(
      inTimeOrder({ report, timeline: this.#cursor.timeline, isKept, maxAge }),
      tap((sample: Sample) => this.#cursor.note(sample)),
      resample({ step: settings.step, zoneOffset }),
    );
  }

  #resume(stream: StreamId, cursor: unknown): void {
    this.#cursor.load(cursor);
    for (const sample of this.#cursor.samplesBefore(stream)) this.#input?.next(sample);
    this.#cursor.resume();
  }

  take(input: Sample | Instruction): void {
    switch (input.kind) {
      case undefined:
      case 'reading':
        this.#input?.next(input);
        break;
      case 'label':
      case 'settings':
        this.#instruct(input);
        break;
      default:
        throw new TypeError(`an unknown kind of input: ${JSON.stringify(input satisfies never)}`);
    }
  }

  snapshot(take: TakeState): TakeState {
    const cursor = this.#cursor.save();
    return (learner) => take(learner && encodeStreamState({ cursor, learner }));
  }

  complete(): void {
    this.#input?.complete();
  }

  stop(): void {
    this.#subscription.unsubscribe();
  }
}
