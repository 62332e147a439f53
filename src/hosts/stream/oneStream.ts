import type { Report } from '../../domain/events.ts';
import type { TakeState } from '../../domain/learnerHost.ts';
import type { Sample } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { Instruction } from '../../domain/streamInput.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import type { DurationMs, ZoneOffset } from '../../domain/time.ts';
import { LiveAnomaly } from '../../learner/liveAnomaly.ts';
import type { MachineOutput, StreamMachine } from '../../pipeline/streamMachine.ts';
import { InputPlaces } from './inputPlaces.ts';
import { InTimeOrder } from './inTimeOrder.ts';
import { createResampler } from './resample.ts';
import { StreamCursor } from './streamCursor.ts';
import { encodeStreamState } from './streamState.ts';

export interface OneStreamOptions {
  readonly stream: StreamId;
  readonly settings: Pick<StreamSettings, 'step' | 'exogenous' | 'inputNames' | 'anomaly'>;
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
  readonly #order: InTimeOrder;
  readonly #places: InputPlaces;
  /** Settings that the order asks for; the learner has its own. */
  readonly #live: LiveAnomaly;
  readonly #output: MachineOutput;
  /** It has failed or ended: nothing is taken any more. */
  #isOver = false;

  constructor(options: OneStreamOptions, output: MachineOutput) {
    const { stream, settings, zoneOffset, report, isKept } = options;
    this.#output = output;
    const cursor = new StreamCursor(settings.exogenous, settings.step.gapAfter, settings.inputNames);
    this.#cursor = cursor;
    this.#places = new InputPlaces(settings.exogenous, settings.inputNames, report);
    // What comes out while the cursor is brought back was learned in the life before.
    let isReady = false;
    const resampler = createResampler({ step: settings.step, zoneOffset }, (steps) => {
      if (isReady && !this.#isOver) output.pass(steps);
    });
    const pass = (sample: Sample): void => {
      cursor.note(sample);
      resampler.push(sample);
    };
    const live = new LiveAnomaly(settings.anomaly);
    this.#live = live;
    const maxAge = (): DurationMs => live.current.maxAge;
    this.#order = new InTimeOrder({ report, pass, timeline: cursor.timeline, isKept, maxAge });
    if (options.cursor !== undefined) this.#resume(stream, options.cursor);
    isReady = true;
  }

  #resume(stream: StreamId, cursor: unknown): void {
    this.#cursor.load(cursor);
    const { live } = (cursor ?? {}) as { readonly live?: unknown };
    if (live !== undefined) this.#live.load(live);
    for (const sample of this.#cursor.samplesBefore(stream)) this.#order.push(sample);
    this.#cursor.resume();
  }

  take(input: Sample | Instruction): void {
    switch (input.kind) {
      case undefined:
      case 'reading':
        this.#push(input);
        break;
      case 'settings':
        this.#live.take(input);
        this.#output.instruct(input);
        break;
      case 'label':
      case 'command':
        this.#output.instruct(input);
        break;
      default:
        throw new TypeError(`an unknown kind of input: ${JSON.stringify(input satisfies never)}`);
    }
  }

  /** An error in it is a bug of ours, and ends the machine. */
  #push(sample: Sample): void {
    if (this.#isOver) return;
    try {
      this.#order.push(this.#places.arrange(sample));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#isOver = true;
    this.#output.fail(error);
  }

  snapshot(take: TakeState): TakeState {
    const cursor = { ...this.#cursor.save(), live: this.#live.save() };
    return (learner) => take(learner && encodeStreamState({ cursor, learner }));
  }

  complete(): void {
    if (this.#isOver) return;
    try {
      this.#order.complete();
      this.#isOver = true;
      this.#output.end();
    } catch (error) {
      this.#fail(error);
    }
  }

  stop(): void {
    this.#isOver = true;
  }
}
