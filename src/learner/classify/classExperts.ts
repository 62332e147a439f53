import { CLASS_SOURCES, type ClassSource } from '../../domain/forecast.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { log } from '../../kernel/math/log.ts';
import { ClassNet, type ClassNetOptions } from '../../model/classNet.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { INPUTS_PER_FIELD, readInstant } from './classInputs.ts';
import { fromLogByte, toLogByte, toLogProbabilities } from './softmax.ts';
import { SoftmaxRegression } from './softmaxRegression.ts';

const RATE = 0.3;
const LABEL_RATE = 0.1;
/** Probability of the newest label, as the expert `last` has it. */
const LAST_SHARE = 0.98;
/** Rows after which the newest label counts half. */
const HALF_AGE = 20;

/** The newest label as the experts may see it; `label` is not looked at where it is not fresh. */
export interface NewestLabel {
  readonly last: number;
  readonly age: number;
  readonly isFresh: boolean;
}

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
  /** (C): ln p of each expert for the newest row. */
  readonly logP: Readonly<Record<ClassSource, Float64Array>>;
  /** The same, in the order of CLASS_SOURCES. */
  readonly answers: readonly Float64Array[];
  /** (C): those of `recent` as they are kept. */
  readonly bytes: Uint8Array;
  readonly #features: Features;
  readonly #netX: Float32Array;
  readonly #y: Float32Array;

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
    const none = (): Float64Array => new Float64Array(C);
    this.logP = { last: none(), instant: none(), recent: none(), recent_label: none(), net: none(), net_label: none() };
    this.answers = CLASS_SOURCES.map((name) => this.logP[name]);
    this.bytes = new Uint8Array(C);
    this.#features = new Features(D, C);
    this.#netX = new Float32Array(D + C);
    this.#y = new Float32Array(C);
  }

  /**
   * A row has come: fills `logP`. x (D)
   * @returns false where the network's answer is not finite; it is then that of `recent`, and the net wants to be rolled back
   */
  judge(x: Float32Array, label: NewestLabel): boolean {
    const { last, instant, recent, recent_label: recentLabel, net, net_label: netLabel } = this.logP;
    const { inputSize: D, classes: C } = this.#options;
    const f = this.#features;
    this.#instant.predict(instant, f.instant(x));
    this.#recent.predict(recent, f.recent(x));
    for (let c = 0; c < C; c++) {
      this.bytes[c] = toLogByte(recent[c]);
      this.#netX[D + c] = fromLogByte(this.bytes[c]);
    }
    this.#netX.set(x);
    this.net.step(this.#y, this.#netX);
    const isSound = readLogits(net, this.#y);
    if (!isSound) net.set(recent);
    if (!label.isFresh) return isSound;
    writeLast(last, label.last);
    this.#recentLabel.predict(recentLabel, f.recentLabel(x, label));
    this.#netLabel.predict(netLabel, f.netLabel(net, label));
    return isSound;
  }

  /** A row has been labelled. x (D), net (C): ln p as the network had said @param label what was known then */
  learn(x: Float32Array, net: Float64Array, known: NewestLabel, label: number): void {
    const f = this.#features;
    this.#instant.learn(f.instant(x), label);
    this.#recent.learn(f.recent(x), label);
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

/** logP (C) out: what `last` says. */
function writeLast(logP: Float64Array, label: number): void {
  const others = logP.length - 1;
  for (let c = 0; c < logP.length; c++) logP[c] = log(c === label ? LAST_SHARE : (1 - LAST_SHARE) / others);
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

/** Features of the regressions, in float64, valid until the next call. */
class Features {
  readonly #instant: Float64Array;
  readonly #recent: Float64Array;
  readonly #recentLabel: Float64Array;
  readonly #netLabel: Float64Array;

  constructor(D: number, C: number) {
    this.#instant = new Float64Array((2 * D) / INPUTS_PER_FIELD);
    this.#recent = new Float64Array(D);
    this.#recentLabel = new Float64Array(D + 1 + C);
    this.#netLabel = new Float64Array(1 + 2 * C);
  }

  instant(x: Float32Array): Float64Array {
    readInstant(this.#instant, x);
    return this.#instant;
  }

  recent(x: Float32Array): Float64Array {
    this.#recent.set(x);
    return this.#recent;
  }

  recentLabel(x: Float32Array, label: NewestLabel): Float64Array {
    this.#recentLabel.set(x);
    return withLabel(this.#recentLabel, x.length, x.length + 1, label);
  }

  netLabel(net: Float64Array, label: NewestLabel): Float64Array {
    // As they are kept: what it learns from and what it judges by must be alike.
    for (let c = 0; c < net.length; c++) this.#netLabel[1 + c] = fromLogByte(toLogByte(net[c]));
    return withLabel(this.#netLabel, 0, 1 + net.length, label);
  }
}

/** The age of a label at one place of f, its class one-hot from another one on to the end, fading with the age. */
function withLabel(f: Float64Array, ageAt: number, classAt: number, { last, age }: NewestLabel): Float64Array {
  f[ageAt] = log(1 + age) / 4 - 1;
  f.fill(0, classAt);
  f[classAt + last] = 1 / (1 + age / HALF_AGE);
  return f;
}

/** logP (C) out: ln p of the logits y (C). @returns false where one of them is not finite */
function readLogits(logP: Float64Array, y: Float32Array): boolean {
  logP.set(y);
  if (!logP.every(Number.isFinite)) return false;
  toLogProbabilities(logP);
  return true;
}
