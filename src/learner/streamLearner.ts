import type { CarryReport } from '../domain/carryReport.ts';
import type { DropReason } from '../domain/dropReason.ts';
import { type Effort, FULL_EFFORT } from '../domain/effort.ts';
import type { LearnerNews } from '../domain/events.ts';
import type { ClassAnswer } from '../domain/forecast.ts';
import { ForecastRow } from '../domain/forecastRow.ts';
import type { Inspection } from '../domain/inspection.ts';
import { hasMark, MARK } from '../domain/marks.ts';
import type { Step } from '../domain/sample.ts';
import type { Instruction } from '../domain/streamInput.ts';
import type { LearnerSettings } from '../domain/streamSettings.ts';
import { type DurationMs, toDurationMs } from '../domain/time.ts';
import { type Kernel, KernelFullError } from '../kernel/kernel.ts';
import { createPlainKernel } from '../kernel/plain/plainKernel.ts';
import { readSnapshot, restoreContents, type SnapshotContents } from '../model/restoreSnapshot.ts';
import { saveSnapshot } from '../model/saveSnapshot.ts';
import { SnapshotError, VERSION } from '../model/snapshotFormat.ts';
import type { Stateful, StateIo } from '../model/stateIo.ts';
import type { CarriedLearner } from './carryOver/carryOver.ts';
import { contentsFor } from './carryOver/contentsFor.ts';
import { FormerNetworks } from './carryOver/formerNetworks.ts';
import { numbersOf } from './carryOver/numbers.ts';
import { type LearnerSchema, schemaOf, settingsOf, toSchemaText } from './carryOver/schema.ts';
import { UntaughtHorizons } from './carryOver/untaught.ts';
import { Classifier } from './classify/classifier.ts';
import { Core } from './core.ts';
import type { Expert } from './experts/expert.ts';
import { FirstRows } from './firstRows.ts';
import type { Usual } from './inputGuard.ts';
import { inspectCore } from './inspectCore.ts';
import { judgeFirstRows } from './judgeFirstRows.ts';
import type { Learner } from './learner.ts';
import { LiveAnomaly } from './liveAnomaly.ts';
import { writeForecast } from './writeForecast.ts';

export interface LearnerOptions {
  /** Hears what the networks' guards do, of alarms, and which readings an alarm keeps out. */
  readonly tell?: (news: LearnerNews) => void;
  /** Time for which networks are put aside that other settings have no place for, in sample time; 0: not at all. Default: a week. */
  readonly keptFor?: DurationMs | undefined;
}

const KEPT_FOR = toDurationMs(7 * 86_400_000);

/**
 * One stream's mind, in the strict order of its interface. The first thirty rows are judged once more when they are all there,
 * and up to the 75th each fault that is over: where there is one, the stream begins anew and lives through these rows with
 * what is a fault told to its guard.
 */
export class StreamLearner implements Learner, Stateful {
  /** Settings that the numbers of a snapshot belong to, and their text. */
  readonly #schema: LearnerSchema;
  readonly schema: string;
  /** Fate of the snapshot that it goes on from, where that was made under other settings. */
  carried: CarryReport | undefined;
  readonly #former = new FormerNetworks();
  readonly #keptFor: DurationMs;
  readonly #createCore: () => Core;
  readonly #firstRows: FirstRows;
  readonly #live: LiveAnomaly;
  #core: Core;
  readonly #classifier: Classifier | undefined;
  readonly #resetAfter: number;
  readonly #tell: (news: LearnerNews) => void;
  #isLearningPending = false;
  readonly #untaught = new UntaughtHorizons();
  /** The rows kept of the stream are lived through once more: that is no news. */
  #isReliving = false;
  /** Effort of the step whose learning is pending. */
  #effort: Effort = FULL_EFFORT;

  /**
   * @param snapshot the state to go on from, be it of other settings; of contents that were read already the entries are gone afterwards
   * @throws RangeError where the kernel cannot hold the network, SnapshotError where the snapshot cannot be used
   */
  constructor(
    kernel: Kernel,
    settings: LearnerSettings,
    snapshot?: Uint8Array | SnapshotContents,
    { tell = () => undefined, keptFor = KEPT_FOR }: LearnerOptions = {},
  ) {
    this.#schema = schemaOf(settings);
    this.schema = toSchemaText(this.#schema);
    this.#keptFor = keptFor;
    this.#live = new LiveAnomaly(settings.anomaly);
    this.#tell = (news) => void (this.#isReliving || tell(news));
    this.#createCore = () => new Core(kernel, { ...settings, anomaly: this.#live.current }, this.#tell);
    this.#core = this.#createCore();
    this.#firstRows = new FirstRows(settings.exogenous);
    this.#resetAfter = settings.resetAfter;
    this.#classifier = this.#createClassifier(kernel, settings);
    if (snapshot !== undefined) this.#restore(snapshot, settings);
  }

  #createClassifier(kernel: Kernel, settings: LearnerSettings): Classifier | undefined {
    if (settings.classify === undefined) return undefined;
    try {
      return new Classifier(kernel, settings, settings.classify);
    } catch (error) {
      this.#core.free();
      throw error;
    }
  }

  #restore(snapshot: Uint8Array | SnapshotContents, settings: LearnerSettings): void {
    try {
      const found = snapshot instanceof Uint8Array ? readSnapshot(snapshot) : snapshot;
      const { entries, version, carried } = contentsFor(found, this.#schema, {
        learner: this.#carried(),
        keptFor: this.#keptFor,
        // Whatever its cell, the plain kernel has it.
        translate: (schema) => new StreamLearner(createPlainKernel(), settingsOf(schema, settings), found).snapshot(),
      });
      if (carried !== undefined) this.#renewCore();
      restoreContents(this, { version, entries });
      this.carried = carried;
    } catch (error) {
      this.free();
      if (error instanceof SnapshotError || error instanceof KernelFullError) throw error;
      // A checksum that fits does not make the numbers true: an index, a count, a generator may be impossible.
      throw new SnapshotError('damaged', error instanceof Error ? error.message : String(error));
    }
  }

  #carried(): CarriedLearner {
    return {
      numbers: () => numbersOf(this.#core),
      restore: (numbers) => {
        this.#renewCore();
        restoreContents(this.#core, { version: VERSION, entries: new Map(numbers) });
      },
      relive: (step, learns) => {
        this.#isReliving = true;
        if (this.#core.step(step) && learns) this.#core.learn(FULL_EFFORT);
        this.#isReliving = false;
      },
    };
  }

  /** Freed first: what another stream may have taken in between is nothing, so the kernel has the room. */
  #renewCore(): void {
    this.#core.free();
    this.#core = this.#createCore();
  }

  /** Skill of each horizon, smallest first; NaN while nothing was scored. */
  get skills(): readonly number[] {
    return this.#core.tracks.map((track) => track.skill);
  }

  /** Experts in the order in which `matured` has them. */
  get experts(): readonly Pick<Expert, 'name' | 'isBaseline'>[] {
    return this.#core.experts;
  }

  /**
   * For each horizon, smallest first: forecasts of the experts for the last row, as the mixture scores them; NaN where there was none.
   * Lent until the next step.
   */
  get matured(): readonly Float64Array[] {
    return this.#core.tracks.map((track) => track.matured);
  }

  prefetch(turns: 1 | 2): number {
    return turns === 2 ? this.#core.minSamples : this.#core.prefetch();
  }

  step(step: Step, forecast: ForecastRow = new ForecastRow()): ForecastRow {
    this.learn();
    if (this.#firstRows.isOpen) judgeFirstRows(this.#firstRows, step, (usual) => this.#beginAgain(step, usual));
    const isFault = this.#core.anomaly.faults.isFault(step.value);
    const isKnown = this.#core.step(step, isFault);
    if (isKnown) {
      this.#isLearningPending = true;
      this.#effort = step.effort ?? FULL_EFFORT;
      const isToldTo = hasMark(step.marks, MARK.keptOut);
      if (this.#core.row.isKeptOut && !isToldTo) this.#tell({ type: 'LearningKeptOut', cause: 'alarm' });
    }
    writeForecast(forecast, step, this.#core, isKnown);
    if (isKnown) forecast.classAnswer = this.#classify(step, isFault);
    return forecast;
  }

  #classify({ at, value, inputs }: Step, isFault: boolean): ClassAnswer | undefined {
    if (this.#classifier === undefined) return undefined;
    const { isDoubted, isReading, silence, interval } = this.#core.row;
    const isAfterSilence = isReading && this.#resetAfter > 0 && silence > this.#resetAfter;
    return this.#classifier.step({ at, value, inputs, isBelieved: !isDoubted && !isFault, isAfterSilence, interval });
  }

  instruct(input: Instruction): DropReason | undefined {
    this.learn();
    if (input.kind === 'label') return this.#classifier === undefined ? 'no-classes' : this.#classifier.label(input);
    if (input.kind === 'command') {
      this.#core.judge(input);
      return undefined;
    }
    if (!this.#live.take(input)) return 'bad-settings';
    this.#core.anomaly.apply(this.#live.current);
    return undefined;
  }

  /** Lives through the rows before this one again, without what has turned out to be a fault. */
  #beginAgain(step: Step, usual: Usual | undefined): void {
    this.#renewCore();
    if (usual !== undefined) this.#core.row.expect(usual);
    for (let row = 0; row < this.#firstRows.count - 1; row++) this.#liveAgain(step, row);
  }

  #liveAgain({ stream }: Step, row: number): void {
    const rows = this.#firstRows;
    const step = rows.step(stream, row);
    if (rows.isFault(row)) this.#core.row.distrust();
    if (this.#core.step(step)) this.#core.learn(FULL_EFFORT);
  }

  learn(): void {
    if (!this.#isLearningPending) return;
    this.#isLearningPending = false;
    this.#core.learn(this.#effort);
    this.#classifier?.learn(this.#effort);
    if (this.#untaught.areThere && this.#effort === FULL_EFFORT) this.#teachHorizons();
  }

  /** After a growth, behind the forecast that is as before. */
  #teachHorizons(): void {
    const learner = this.#carried();
    learner.restore(this.#untaught.teach(this.#schema, learner, this.#former));
  }

  snapshot(): Uint8Array {
    this.learn();
    this.#former.expire(this.#core.row.at, this.#keptFor);
    return saveSnapshot(this, this.schema);
  }

  inspect(): Inspection {
    this.learn();
    return inspectCore(this.#core);
  }

  exchange(io: StateIo): void {
    this.#core.exchange(io);
    this.#firstRows.exchange(io.within('firstRows'));
    // A state from before the stream had classes has none; one from before they were taken away, or from when they looked otherwise, has some to leave.
    const hasClasses = !io.isRestoring || io.has('classes.judge.mixture.shares');
    if (this.#classifier === undefined || !hasClasses) io.leave('classes');
    else this.#classifier.exchange(io.within('classes'));
    if (io.isRestoring ? io.has('former.count') : this.#former.count > 0) this.#former.exchange(io.within('former'));
    this.#untaught.exchange(io);
    this.#live.exchange(io.within('live'));
    this.#core.anomaly.apply(this.#live.current);
  }

  free(): void {
    this.#classifier?.free();
    this.#core.free();
  }
}
