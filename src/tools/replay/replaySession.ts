import { Subject, type Subscription } from 'rxjs';
import type { CarryReport } from '../../domain/carryReport.ts';
import type { Report } from '../../domain/events.ts';
import type { Forecast } from '../../domain/forecast.ts';
import type { Sample, Step } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { Label } from '../../domain/streamInput.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import type { ZoneOffset } from '../../domain/time.ts';
import { createKernel } from '../../hosts/createKernel.ts';
import { createInlineHost } from '../../hosts/inlineHost.ts';
import { StreamMachines } from '../../hosts/stream/streamMachines.ts';
import { StreamLearner } from '../../learner/streamLearner.ts';
import { readSnapshot } from '../../model/restoreSnapshot.ts';
import { saveSnapshot } from '../../model/saveSnapshot.ts';
import { samplePipeline } from '../../pipeline/samplePipeline.ts';
import { learnerContents, ReplayPosition } from './replayPosition.ts';
import type { ExpertAnswers } from './replayScore.ts';

export interface ReplaySessionOptions {
  readonly stream: StreamId;
  readonly settings: StreamSettings;
  readonly zoneOffset: ZoneOffset;
  readonly report: Report;
  /** State of an earlier session to go on from. */
  readonly restored?: Uint8Array | undefined;
}

/** The answers are lent for the time of the call. */
type Answered = (forecast: Forecast, answers: ExpertAnswers) => void;

/**
 * One recorded stream through the code that runs live: the same pipeline, host and learner, with one difference: a turn of
 * the event loop is one sample, so that the forecast of a row is there before the next row is read.
 */
export class ReplaySession {
  readonly #samples = new Subject<Sample>();
  readonly #subscription: Subscription;
  readonly #learner: StreamLearner;
  readonly #position: ReplayPosition;
  readonly #instruct: (label: Label) => void;
  #latest: Forecast[] = [];
  #answered: Answered | undefined;

  /** @throws SnapshotError where `restored` cannot be used */
  constructor({ stream, settings, zoneOffset, report, restored }: ReplaySessionOptions) {
    const state = restored === undefined ? undefined : readSnapshot(restored);
    this.#learner = new StreamLearner(createKernel(settings.model), settings, state && learnerContents(state));
    this.#position = new ReplayPosition(this.#learner, settings.exogenous, settings.step.gapAfter);
    if (state !== undefined) this.#position.restore(state);
    const host = createInlineHost({ learnerFor: () => this.#learner, report });
    this.#instruct = (label) => host.instruct(label);
    const learned = this.#position.lastStepAt;
    const settingsOf = (): StreamSettings => settings;
    const machines = new StreamMachines({
      settingsOf,
      zoneOffsetOf: () => zoneOffset,
      learners: host,
      report,
      isKept: false,
    });
    const ports = {
      settingsOf,
      machineFor: machines.machineFor,
      // Samples before the first one are replayed to set order and grid; what was learned from is not learned twice.
      host: { ...host, push: (batch: readonly Step[]) => host.push(batch.filter(({ at }) => !(at <= learned))) },
      report,
      onNextTurn: (work: () => void) => {
        work();
        return () => undefined;
      },
    };
    const options = { maxStreams: 1, maxBatch: 1024, throttle: false };
    this.#subscription = this.#samples.pipe(samplePipeline(ports, options)).subscribe((forecast) => {
      this.#position.lastStepAt = forecast.at;
      const kept = forecast.toForecast();
      this.#latest.push(kept);
      this.#answered?.(kept, this.#learner);
    });
    for (const sample of this.#position.samplesBefore(stream)) this.#samples.next(sample);
  }

  /**
   * @param answered hears each forecast while the answers of the experts are those for its row
   * @returns the forecasts that this sample led to: one with `step: message`, none or several on a grid, none if dropped
   */
  push(sample: Sample, answered?: Answered): readonly Forecast[] {
    this.#latest = [];
    this.#answered = answered;
    this.#samples.next(sample);
    this.#position.note(sample);
    return this.#latest;
  }

  /** A class has been told, after the readings so far. */
  label(label: Label): void {
    this.#instruct(label);
  }

  /** Fate of what was learned, where the state is that of other settings. */
  get carried(): CarryReport | undefined {
    return this.#learner.carried;
  }

  /** Skill of each horizon, smallest first; null while nothing was scored. */
  get skills(): readonly (number | null)[] {
    return this.#learner.skills.map((skill) => (Number.isNaN(skill) ? null : skill));
  }

  /** Everything that a later session needs to go on with the same numbers. */
  save(): Uint8Array {
    this.#learner.learn();
    return saveSnapshot(this.#position, this.#learner.schema);
  }

  close(): void {
    this.#subscription.unsubscribe();
    this.#learner.free();
  }
}
