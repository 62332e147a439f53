import type { AlarmEvidence, AlarmVerdict } from '../../src/domain/alarm.ts';
import type { LearnerNews } from '../../src/domain/events.ts';
import type { Step } from '../../src/domain/sample.ts';
import type { VerdictOrder } from '../../src/domain/streamInput.ts';
import type { LearnerSettings } from '../../src/domain/streamSettings.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { gridTimes, MINUTE, MONDAY, makeSeries, normal, toSteps } from './series.ts';

/** Rows of one occurrence of a pattern, and from one to the next; row of the first. */
export const LENGTH = 60;
export const APART = 220;
export const FIRST = 700;

export type Noise = () => number;

/** Readings that come again and again in a series that is calm else. */
export interface Pattern {
  readonly calm: (row: number, random: Noise) => number;
  /** @param row of the occurrence @returns the reading in place of the calm one */
  readonly strange: (row: number, calm: number, random: Noise) => number;
  /** @param row since it came to stay. Default: as `strange` in its first row */
  readonly staying?: (row: number, calm: number) => number;
}

/** First row of an occurrence. */
export const occurrence = (count: number): number => FIRST + count * APART;

export function timeOf(row: number): number {
  return MONDAY + row * MINUTE;
}

/** @param occurrences first rows of the pattern @param stays row from which on it stays. Default: it does not */
export function patternSeries(
  { calm, strange, staying = (_row, reading) => strange(0, reading, () => 0) }: Pattern,
  seed: number,
  occurrences: readonly number[],
  rows: number,
  stays: number = Number.POSITIVE_INFINITY,
): readonly Step[] {
  const values = makeSeries(rows, seed, (row, random) => {
    const next = (): number => normal(random);
    const reading = calm(row, next);
    if (row >= stays) return staying(row - stays, reading);
    const start = occurrences.find((at) => row >= at && row < at + LENGTH);
    return start === undefined ? reading : strange(row - start, reading, next);
  });
  return toSteps(values, gridTimes(rows, MINUTE));
}

/** An alarm that has ended, with the times of its start and of the reading that ended it. */
export interface Ended {
  readonly knownLow: number;
  readonly knownHigh: number;
  readonly from: number;
  readonly to: number;
  readonly evidence: AlarmEvidence;
}

function verdictOn({ from, to, ...known }: Ended, verdict: AlarmVerdict): VerdictOrder {
  return {
    ...{ kind: 'command', command: 'judge', stream: 's' as never, at: toEpochMs(to), verdict },
    ...{ from: toEpochMs(from), to: toEpochMs(to), ...known },
  };
}

/** A learner, whose alarms are judged, and which another one may take over from. */
export class JudgedLife {
  readonly scores: Map<number, number> = new Map();
  readonly ended: Ended[] = [];
  readonly #kernel: Kernel;
  readonly #settings: LearnerSettings;
  #learner: StreamLearner;
  #known = { knownLow: Number.NaN, knownHigh: Number.NaN };

  constructor(kernel: Kernel, settings: LearnerSettings) {
    this.#kernel = kernel;
    this.#settings = settings;
    this.#learner = this.#make();
  }

  #make(state?: Uint8Array): StreamLearner {
    const tell = (news: LearnerNews): void => {
      if (news.type === 'AlarmStarted') this.#known = { knownLow: news.knownLow, knownHigh: news.knownHigh };
      if (news.type === 'AlarmEnded')
        this.ended.push({ from: news.start, to: news.at, evidence: news.evidence, ...this.#known });
    };
    return new StreamLearner(this.#kernel, this.#settings, state, { tell });
  }

  live(steps: readonly Step[]): void {
    for (const step of steps) {
      this.scores.set(step.at, this.#learner.step(step).toForecast().anomalyScore ?? 0);
      this.#learner.learn();
    }
  }

  judge(verdict: AlarmVerdict, alarm: Ended): void {
    this.#learner.instruct(verdictOn(alarm, verdict));
  }

  /** Another learner goes on from its bytes. */
  restart(): void {
    const state = this.#learner.snapshot();
    this.#learner.free();
    this.#learner = this.#make(state);
  }

  state(): Uint8Array {
    return this.#learner.snapshot();
  }

  /** The alarm that started in these rows and has ended. */
  alarmIn(row: number, end: number = row + LENGTH): Ended | undefined {
    return this.ended.find(({ from }) => from >= timeOf(row) && from < timeOf(end));
  }

  /** Number of rows whose score is above 1. */
  alarming(row: number, end: number): number {
    let count = 0;
    for (let at = row; at < end; at++) if ((this.scores.get(timeOf(at)) ?? 0) > 1) count++;
    return count;
  }

  /** The largest score of the rows that it had. */
  highest(row: number, end: number = row + LENGTH): number {
    let highest = 0;
    for (let at = row; at < end; at++) highest = Math.max(highest, this.scores.get(timeOf(at)) ?? 0);
    return highest;
  }
}

/** The series as an order to omit the readings of an alarm leaves it: from its start up to, and without, the one that ended it. */
export function without(steps: readonly Step[], { from, to }: Ended): readonly Step[] {
  return steps.filter(({ at }) => at < from || at >= to);
}
