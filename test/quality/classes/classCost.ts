import { streamSettings } from '../../../src/config/streamSettings.ts';
import { ForecastRow } from '../../../src/domain/forecastRow.ts';
import { toStreamId } from '../../../src/domain/streamId.ts';
import type { ClassifySettings } from '../../../src/domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../../../src/domain/time.ts';
import { createKernel } from '../../../src/hosts/createKernel.ts';
import { StreamLearner } from '../../../src/learner/streamLearner.ts';
import { readSnapshot } from '../../../src/model/restoreSnapshot.ts';
import { median } from '../../bench/report.ts';
import { labelsOf, washer } from './classSeries.ts';

const STREAM = toStreamId('cost', undefined);
const CLASSES = ['idle', 'fill', 'heat', 'wash', 'spin', 'dry', 'door', 'fault'];
const CLASSIFY: ClassifySettings = {
  classes: CLASSES,
  delay: toDurationMs(7_200_000),
  longestLag: undefined,
  dwell: { rows: 1 },
};
const ROUNDS = 16;
const ROWS = 2000;
/** Rounds in which the network of classes is young, and experts are still mixed; the first one is not measured. */
const YOUNG_ROUNDS = 8;

export interface ClassCost {
  /** CPU time that classes add to a reading, beside that of a learner without them, from the 16,000th reading on; with a longest lag. */
  readonly share: number;
  readonly shareWithLag: number;
  /** The same of the readings before. */
  readonly shareYoung: number;
  readonly shareYoungWithLag: number;
  /** Bytes of the state of classes, and of the network in the kernel's memory, without rows that are kept. */
  readonly bytes: number;
}

/** CPU time, in turn, medians: the same rows through a learner without classes, with them, and with a longest lag. */
export function measureClassCost(): ClassCost {
  const runs = [undefined, CLASSIFY, { ...CLASSIFY, longestLag: 60 }].map((classify) => new CostRun(classify));
  for (const run of runs) run.go();
  const shares: number[][] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const [without, plain, lagging] = runs.map((run) => run.go()) as [number, number, number];
    shares[0]!.push(plain / without - 1);
    shares[1]!.push(lagging / without - 1);
  }
  const [plain, lagging] = shares as [number[], number[]];
  return {
    share: median(plain.slice(YOUNG_ROUNDS)),
    shareWithLag: median(lagging.slice(YOUNG_ROUNDS)),
    shareYoung: median(plain.slice(0, YOUNG_ROUNDS)),
    shareYoungWithLag: median(lagging.slice(0, YOUNG_ROUNDS)),
    bytes: runs[1]!.bytes - runs[0]!.bytes,
  };
}

class CostRun {
  readonly #kernel;
  readonly #learner: StreamLearner;
  readonly #series = washer((ROUNDS + 1) * ROWS, 1);
  readonly #labels = labelsOf(this.#series, { share: 0.05, delay: 720 }, 1);
  readonly #forecast = new ForecastRow();
  #row = 0;
  #next = 0;

  constructor(classify: ClassifySettings | undefined) {
    const settings = { ...streamSettings({}), classify };
    this.#kernel = createKernel(settings.model);
    this.#learner = new StreamLearner(this.#kernel, settings);
  }

  /** @returns CPU time of the next rows, µs */
  go(): number {
    const before = process.cpuUsage();
    for (const end = this.#row + ROWS; this.#row < end; this.#row++) this.#step();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  }

  #step(): void {
    const at = toEpochMs(10_000 * this.#row);
    const [value = Number.NaN] = this.#series.rows[this.#row]!;
    this.#learner.step({ stream: STREAM, at, zoneOffset: toDurationMs(0), value }, this.#forecast);
    this.#learner.learn();
    const labels = this.#labels;
    for (let told = labels[this.#next]; told !== undefined && told.toldAt <= this.#row; told = labels[++this.#next]) {
      const moment = toEpochMs(10_000 * told.row);
      const label = CLASSES[told.label] as string;
      this.#learner.instruct({ kind: 'label', stream: STREAM, at, from: moment, to: moment, label });
    }
  }

  /** Kernel's memory, and of the state of classes what is neither in the kernel nor a kept row. */
  get bytes(): number {
    const { entries } = readSnapshot(this.#learner.snapshot());
    let bytes = this.#kernel.usedBytes;
    for (const [name, array] of entries) {
      const isKept = /^classes\.(blocks|rows)\./.test(name);
      const isInKernel = /^classes\.judge\.experts\.net\.(weights|moment1|moment2|adam|x|h|c)$/.test(name);
      if (name.startsWith('classes.') && !isKept && !isInKernel) bytes += array.byteLength;
    }
    return bytes;
  }
}
