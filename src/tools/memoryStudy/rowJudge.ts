import { streamSettings } from '../../config/streamSettings.ts';
import { FULL_EFFORT } from '../../domain/effort.ts';
import { toStreamId } from '../../domain/streamId.ts';
import { toDurationMs, toEpochMs } from '../../domain/time.ts';
import { createKernel } from '../../hosts/createKernel.ts';
import { ClassInputs, readInstant } from '../../learner/classify/classInputs.ts';
import { Classifier } from '../../learner/classify/classifier.ts';
import { largestOf } from '../../learner/classify/softmax.ts';
import { SoftmaxRegression } from '../../learner/classify/softmaxRegression.ts';
import { NO_LABEL } from '../../model/labelBlock.ts';
import type { ClassTask } from './classTask.ts';
import type { MemoryCell } from './longMemory.ts';

/** Judges the class of each row of one stream, and is taught by labels that are told one row late. */
export interface RowJudge {
  /** A row has come. values (F) @returns place of its class, NO_LABEL where it cannot say */
  judge(values: Float64Array): number;
  /** The row before the newest one has that class. */
  teach(label: number): void;
  free(): void;
}

/** The class that was told last: what needs no reading at all. */
export class NewestLabelJudge implements RowJudge {
  #newest = NO_LABEL;

  judge(): number {
    return this.#newest;
  }

  teach(label: number): void {
    this.#newest = label;
  }

  free(): void {
    // It holds nothing of the kernel's.
  }
}

/** The rate of the regressions that stand beside each network. */
const RATE = 0.3;

/** Logistic regression on level and logarithm of each field: it sees the row alone. */
export class RegressionJudge implements RowJudge {
  readonly #inputs: ClassInputs;
  readonly #regression: SoftmaxRegression;
  readonly #logits: Float64Array;
  /** (2F): features of the newest row, and of the one before it. */
  #newest: Float32Array;
  #previous: Float32Array;
  #isTaught = false;

  constructor({ fields, classes }: ClassTask) {
    const features = 2 * fields;
    this.#inputs = new ClassInputs(fields);
    this.#regression = new SoftmaxRegression({ features, classes: classes.length, classFeatures: 0, rate: RATE });
    this.#logits = new Float64Array(classes.length);
    this.#newest = new Float32Array(features);
    this.#previous = new Float32Array(features);
  }

  judge(values: Float64Array): number {
    [this.#newest, this.#previous] = [this.#previous, this.#newest];
    this.#inputs.update(values[0], Array.from(values.subarray(1)), true);
    readInstant(this.#newest, this.#inputs.x);
    if (!this.#isTaught) return NO_LABEL;
    this.#regression.judge(this.#logits, this.#newest);
    return largestOf(this.#logits);
  }

  teach(label: number): void {
    this.#regression.learn(this.#previous, label);
    this.#isTaught = true;
  }

  free(): void {
    // It holds nothing of the kernel's.
  }
}

const STREAM = toStreamId('memory', undefined);
/** Time from row to row, ms: any would do. */
const EVERY = 1000;

/** The classes of a stream as the daemon judges and learns them, on a network with that cell. */
export class NetworkJudge implements RowJudge {
  readonly #classes: readonly string[];
  readonly #classifier: Classifier;
  #row = -1;
  #isWiped = false;

  constructor(cell: MemoryCell, { fields, classes, longestLag }: ClassTask, seed: number) {
    const settings = streamSettings({});
    const model = { ...settings.model, cell, seed };
    this.#classes = classes;
    this.#classifier = new Classifier(
      createKernel({ kernel: 'auto', cell }),
      { ...settings, model, exogenous: fields - 1 },
      { classes, delay: toDurationMs(EVERY), longestLag, dwell: { rows: 0 } },
    );
  }

  judge(values: Float64Array): number {
    this.#row++;
    const answer = this.#classifier.step({
      at: this.#row * EVERY,
      value: values[0],
      inputs: Array.from(values.subarray(1)),
      isBelieved: true,
      isAfterSilence: this.#isWiped,
      interval: EVERY,
    });
    this.#isWiped = false;
    return answer === undefined ? NO_LABEL : this.#classes.indexOf(answer.label);
  }

  /** Learns from labelled rows, when it is its turn. Once after each row. */
  learn(): void {
    this.#classifier.learn(FULL_EFFORT);
  }

  teach(label: number): void {
    const moment = toEpochMs((this.#row - 1) * EVERY);
    this.#classifier.label({
      kind: 'label',
      stream: STREAM,
      at: toEpochMs(this.#row * EVERY),
      from: moment,
      to: moment,
      label: this.#classes[label],
    });
  }

  /** h and c are zero before the row to come, as after a long silence. */
  wipeState(): void {
    this.#isWiped = true;
  }

  free(): void {
    this.#classifier.free();
  }
}
