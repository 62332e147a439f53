import { CLASS_SOURCES } from '../../domain/forecast.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { quickLog } from '../../kernel/math/quickLog.ts';
import { ClassNet, type ClassNetOptions } from '../../model/classNet.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { SURE } from './answerBlock.ts';
import { INPUTS_PER_FIELD } from './classInputs.ts';
import { ExpertFeatures, type NewestLabel } from './expertFeatures.ts';
import { fromLogByte, largestOf, toBareProbabilities, toLogByte, toProbabilities } from './softmax.ts';
import { SoftmaxRegression } from './softmaxRegression.ts';

const RATE = 0.3;
const LABEL_RATE = 0.1;
/** A mixture may say 0, which has no logarithm. */
const SMALLEST_P = 1e-300;
const LAST = CLASS_SOURCES.indexOf('last');
const INSTANT = CLASS_SOURCES.indexOf('instant');
const RECENT = CLASS_SOURCES.indexOf('recent');
const RECENT_LABEL = CLASS_SOURCES.indexOf('recent_label');
const NET = CLASS_SOURCES.indexOf('net');
const NET_LABEL = CLASS_SOURCES.indexOf('net_label');

export type ExpertOptions = Omit<ClassNetOptions, 'inputSize'> & {
  /** D, 6 a field */ readonly inputSize: number;
};

/** The experts of one stream that judge classes. None but those named after it sees a label: labels may stop at any time. */
export class ClassExperts implements Stateful {
  readonly #options: ExpertOptions;
  readonly #instant: SoftmaxRegression;
  readonly #recent: SoftmaxRegression;
  readonly #recentLabel: SoftmaxRegression;
  readonly #netLabel: SoftmaxRegression;
  readonly net: ClassNet;
  /** (N), in the order of CLASS_SOURCES: the class that each holds for the likeliest at the newest row, where it may answer. */
  readonly likeliest: Uint8Array = new Uint8Array(CLASS_SOURCES.length);
  /** (N): probability of that class, in steps of 1/255. */
  readonly sureness: Uint8Array = new Uint8Array(CLASS_SOURCES.length);
  /** (C): probabilities of the newest row, those of each expert times its weight, and their logarithms. */
  readonly mixed: Float64Array;
  readonly mixedLogP: Float64Array;
  /** (C): ln p of the network for the newest row. */
  readonly netLogP: Float64Array;
  /** (C): ln p of `recent`, as it is kept. */
  readonly bytes: Uint8Array;
  /** One expert has all the weight: its own logarithms are those of the mixture. */
  #hasLogarithms = false;
  readonly #features: ExpertFeatures;
  readonly #netX: Float32Array;
  readonly #y: Float32Array;
  /** (C) of one expert: logits, probabilities. */
  readonly #z: Float64Array;
  readonly #p: Float64Array;

  /** @throws RangeError where the kernel cannot hold the network, KernelFullError */
  constructor(kernel: Kernel, options: ExpertOptions, parts?: Parts) {
    const { inputSize: D, classes: C } = options;
    this.#options = options;
    const made = parts ?? createParts(kernel, options);
    this.#instant = made.instant;
    this.#recent = made.recent;
    this.#recentLabel = made.recentLabel;
    this.#netLabel = made.netLabel;
    this.net = made.net;
    this.mixed = new Float64Array(C);
    this.mixedLogP = new Float64Array(C);
    this.netLogP = new Float64Array(C);
    this.bytes = new Uint8Array(C);
    this.#features = new ExpertFeatures(D, C);
    this.#netX = new Float32Array(D + C);
    this.#y = new Float32Array(C);
    this.#z = new Float64Array(C);
    this.#p = new Float64Array(C);
  }

  /**
   * A row has come: fills `likeliest`, `sureness`, `mixed` and `mixedLogP`. x (D)
   * @param weights (N) of the experts @param sameness probability that the row is of the class of the newest label
   * @returns false where the network's answer is not finite; it is then that of `recent`, and the net wants to be rolled back
   */
  judge(x: Float32Array, label: NewestLabel, weights: Float64Array, sameness: number): boolean {
    const f = this.#features;
    for (let c = 0; c < this.mixed.length; c++) this.mixed[c] = 0;
    this.#hasLogarithms = false;
    this.#instant.judge(this.#z, f.instant(x));
    this.#mixLogits(INSTANT, weights);
    this.#recent.judge(this.#z, x);
    this.#mix(RECENT, weights, this.#keepRecent(x));
    const isSound = this.#judgeByNet();
    this.#mix(NET, weights, this.#keepNet());
    if (label.isFresh) {
      this.#mixLast(label.last, weights[LAST], sameness);
      this.#recentLabel.judge(this.#z, f.recentLabel(x, label));
      this.#mixLogits(RECENT_LABEL, weights);
      this.#netLabel.judge(this.#z, f.netLabel(this.netLogP, label));
      this.#mixLogits(NET_LABEL, weights);
    }
    if (!this.#hasLogarithms) this.#takeLogarithms();
    return isSound;
  }

  #takeLogarithms(): void {
    const { mixed, mixedLogP } = this;
    for (let c = 0; c < mixed.length; c++) mixedLogP[c] = quickLog(Math.max(mixed[c], SMALLEST_P));
  }

  /**
   * ln p of `recent` is an input of the network as it is kept: what it learns from and what it judges by must be alike. Logits whose
   * largest is 0 would save a logarithm, and do not say how sure the likeliest class is: macro F1 of a washer fell by .04.
   * @returns what is to be taken off a logit of `recent` to make it ln p
   */
  #keepRecent(x: Float32Array): number {
    const [D, z, bytes, netX] = [x.length, this.#z, this.bytes, this.#netX];
    const shift = toProbabilities(this.#p, z);
    for (let k = 0; k < D; k++) netX[k] = x[k];
    for (let c = 0; c < bytes.length; c++) {
      const byte = toLogByte(z[c] - shift);
      bytes[c] = byte;
      netX[D + c] = fromLogByte(byte);
    }
    return shift;
  }

  /** @returns what is to be taken off a logit of the network to make it ln p */
  #keepNet(): number {
    const [z, netLogP] = [this.#z, this.netLogP];
    const shift = toProbabilities(this.#p, z);
    for (let c = 0; c < z.length; c++) netLogP[c] = z[c] - shift;
    return shift;
  }

  /** The network's logits in place of those of `recent`, unless one of them is not finite. */
  #judgeByNet(): boolean {
    const [y, z] = [this.#y, this.#z];
    this.net.step(y, this.#netX);
    let sum = 0;
    for (let c = 0; c < y.length; c++) sum += y[c];
    // Float32 numbers do not overflow in a sum of float64: it is finite only where all of them are.
    const isSound = Number.isFinite(sum);
    if (isSound) for (let c = 0; c < y.length; c++) z[c] = y[c];
    return isSound;
  }

  /** By its logits. */
  #mixLogits(expert: number, weights: Float64Array): void {
    const shift = weights[expert] === 1 ? toProbabilities(this.#p, this.#z) : toBareProbabilities(this.#p, this.#z);
    this.#mix(expert, weights, shift);
  }

  /** By its probabilities. @param shift what is to be taken off its logits to make them ln p; only looked at where it has all the weight */
  #mix(expert: number, weights: Float64Array, shift: number): void {
    const [p, z, mixed, weight] = [this.#p, this.#z, this.mixed, weights[expert]];
    const likeliest = largestOf(p);
    this.likeliest[expert] = likeliest;
    this.sureness[expert] = (0.5 + SURE * p[likeliest]) | 0;
    if (weight === 0) return;
    for (let c = 0; c < mixed.length; c++) mixed[c] = mixed[c] + weight * p[c];
    if (weight !== 1) return;
    for (let c = 0; c < mixed.length; c++) this.mixedLogP[c] = z[c] - shift;
    this.#hasLogarithms = true;
  }

  #mixLast(label: number, weight: number, sameness: number): void {
    this.likeliest[LAST] = label;
    this.sureness[LAST] = (0.5 + SURE * sameness) | 0;
    const { mixed } = this;
    const rest = (weight * (1 - sameness)) / (mixed.length - 1);
    for (let c = 0; c < mixed.length; c++) mixed[c] = mixed[c] + (c === label ? weight * sameness : rest);
  }

  /** A row has been labelled. x (D), net (C): ln p as the network had said @param label what was known then */
  learn(x: Float32Array, net: Float64Array, known: NewestLabel, label: number): void {
    const f = this.#features;
    this.#instant.learn(f.instant(x), label);
    this.#recent.learn(x, label);
    if (!known.isFresh) return;
    this.#recentLabel.learn(f.recentLabel(x, known), label);
    this.#netLabel.learn(f.netLabel(net, known), label);
  }

  /** Those for another list of classes, which know what these know. @param from (new C): place of each among these, −1: new */
  withClasses(kernel: Kernel, from: readonly number[]): ClassExperts {
    const options = { ...this.#options, classes: from.length };
    return new ClassExperts(kernel, options, {
      net: this.net.withClasses(kernel, from),
      instant: this.#instant.withClasses(from),
      recent: this.#recent.withClasses(from),
      recentLabel: this.#recentLabel.withClasses(from),
      netLabel: this.#netLabel.withClasses(from),
    });
  }

  exchange(io: StateIo): void {
    const { instant, recent, recentLabel, netLabel } = this.#parts();
    for (const [name, part] of Object.entries({ instant, recent, recentLabel, netLabel, net: this.net })) {
      part.exchange(io.within(name));
    }
  }

  #parts(): Omit<Parts, 'net'> {
    const [instant, recent, recentLabel, netLabel] = [this.#instant, this.#recent, this.#recentLabel, this.#netLabel];
    return { instant, recent, recentLabel, netLabel };
  }

  free(): void {
    this.net.free();
  }
}

interface Parts {
  readonly net: ClassNet;
  readonly instant: SoftmaxRegression;
  readonly recent: SoftmaxRegression;
  readonly recentLabel: SoftmaxRegression;
  readonly netLabel: SoftmaxRegression;
}

function createParts(kernel: Kernel, options: ExpertOptions): Parts {
  const { inputSize: D, classes } = options;
  const regression = { classes, rate: RATE, classFeatures: 0 };
  return {
    net: new ClassNet(kernel, options),
    instant: new SoftmaxRegression({ ...regression, features: (2 * D) / INPUTS_PER_FIELD }),
    recent: new SoftmaxRegression({ ...regression, features: D }),
    recentLabel: new SoftmaxRegression({ ...regression, features: D + 1 + classes, classFeatures: 1 }),
    netLabel: new SoftmaxRegression({
      classes,
      rate: LABEL_RATE,
      features: 1 + 2 * classes,
      classFeatures: 2,
      identityAt: 1,
    }),
  };
}
