import type { AlarmVerdict, PastAlarm } from '../../src/domain/alarm.ts';
import { ownInput } from '../../src/domain/sampleRow.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import {
  isAdoption,
  isOmission,
  isReading,
  isReturn,
  type Omission,
  type StreamInput,
} from '../../src/domain/streamInput.ts';
import { toDurationMs } from '../../src/domain/time.ts';
import { RoteLearner, valuesOf } from './simLearner.ts';
import type { Medium } from './simStore.ts';

/** Fate of an order to omit inputs, or to go on with another state. Default: open. */
type Fate = 'in force' | 'void' | undefined;

/** An input that has its place in the journal. */
interface Entry {
  readonly input: StreamInput;
  readonly position: number;
  /** Number of the process that took it in. */
  readonly process: number;
  /** The program has said that it is on the medium. */
  isCertain: boolean;
  /** Fate of an order. */
  fate: Fate;
  /** The fate is what a learner has shown: the program has given no answer. */
  wasJudged: boolean;
  /** Fates that the order may have, after a process that was killed while it was on its way. */
  fates: readonly Exclude<Fate, undefined>[];
  /** Knowledge of the learner of a state that the stream is to go on with. */
  readonly adopts: Uint8Array | undefined;
}

/** An order to go on with another state, until it has its place in the journal. */
interface Adopting {
  readonly learner: Uint8Array;
  entry: Entry | undefined;
}

const NOTHING = new Uint8Array();
const BOTH = ['in force', 'void'] as const;

/** The oracle: inputs with their places in the journal, and what is omitted of them. Learners have the bytes of one that was taught all others, in order. */
export class OrdersLedger {
  readonly #entries = new Map<StreamId, Entry[]>();
  /** Orders to go on with another state that have no place in the journal yet. */
  readonly #adopting = new Map<StreamId, Adopting[]>();
  #process = 0;

  /**
   * A process begins, whose journal goes up to there.
   * @returns faults: what the program has said to be on the medium, and is not
   */
  begin(position: number, medium: Medium): readonly string[] {
    this.#process++;
    this.#adopting.clear();
    const faults: string[] = [];
    for (const [stream, entries] of this.#entries) {
      const lost = entries.filter((entry) => entry.position > position && entry.isCertain);
      if (lost.length > 0) faults.push(`${stream} lost ${lost.map(({ input }) => input.at)}, which was certain`);
      const found = entries.filter((entry) => entry.position <= position);
      const forgotten =
        found.findLast(({ input }) => input.kind === 'command' && input.command === 'forget')?.position ?? 0;
      for (const entry of found) if (entry.fate === undefined) entry.fates = fatesOf(entry, found, medium, forgotten);
      this.#entries.set(stream, found);
    }
    return faults;
  }

  /** It has its place in the journal. @param isDurable resolves once that is on the medium, and never where the process dies before */
  note(lent: StreamInput, position: number, isDurable: Promise<void>): void {
    const adopting = isAdoption(lent) ? this.#adopting.get(lent.stream)?.shift() : undefined;
    const entry: Entry = {
      input: ownInput(lent),
      adopts: adopting?.learner,
      position,
      process: this.#process,
      isCertain: false,
      fate: undefined,
      fates: BOTH,
      wasJudged: false,
    };
    if (adopting !== undefined) adopting.entry = entry;
    void isDurable.then(() => {
      entry.isCertain = true;
    });
    this.#entries.set(lent.stream, [...this.#of(lent.stream), entry]);
  }

  #of(stream: StreamId): readonly Entry[] {
    return this.#entries.get(stream) ?? [];
  }

  get streams(): Iterable<StreamId> {
    return this.#entries.keys();
  }

  /**
   * The program has said what became of its order to the stream.
   * @param inputs number of those that are omitted; undefined: that is not told
   * @returns what is wrong with that
   */
  settle(stream: StreamId, fate: Exclude<Fate, undefined>, inputs?: number): string | undefined {
    // One that the medium has refused is given again.
    const entries = this.#of(stream).filter((each) => this.#isOpenHere(each) && isOmission(each.input));
    const [entry] = entries;
    if (entry === undefined) return fate === 'in force' ? `${stream} has omitted inputs without an order` : undefined;
    const before = this.#of(stream).filter(({ position }) => position < entry.position);
    if (fate === 'in force') reopen(before);
    const others = before.filter(isOpen);
    const counts = combinations(others).map(
      (fates) => kept(before, fates).filter((each) => isOmittedBy(each, entry)).length,
    );
    for (const each of entries) {
      each.fate = fate;
      each.isCertain = true;
    }
    // Forgotten meanwhile: what it counts is gone all the same.
    const isForgotten = this.#of(stream).some(({ input, position }) => {
      return input.kind === 'command' && input.command === 'forget' && position > (entry.input as Omission).first;
    });
    if (fate === 'void' || inputs === undefined || counts.includes(inputs) || isForgotten) return undefined;
    return `${stream} has omitted ${inputs} inputs, not ${counts}`;
  }

  #isOpenHere(entry: Entry): boolean {
    return entry.process === this.#process && isOpen(entry);
  }

  /**
   * The stream is to go on with a state whose learner knows that.
   * @returns what has to be called with the answer of the program, and gives what is wrong with it
   */
  adopting(stream: StreamId, learner: Uint8Array): (fate: Exclude<Fate, undefined>) => string | undefined {
    const adopting: Adopting = { learner, entry: undefined };
    this.#adopting.set(stream, [...(this.#adopting.get(stream) ?? []), adopting]);
    return (fate) => {
      const { entry } = adopting;
      const queue = this.#adopting.get(stream)?.filter((other) => other !== adopting);
      if (queue !== undefined) this.#adopting.set(stream, queue);
      if (entry === undefined) return fate === 'in force' ? `${stream} has another state without an order` : undefined;
      entry.fate = fate;
      entry.isCertain ||= fate === 'in force';
      return undefined;
    };
  }

  /** A verdict on the alarm is on the medium, as the program has said. */
  hasVerdict({ stream, start }: PastAlarm, verdict: AlarmVerdict): boolean {
    return this.#of(stream).some(({ input, isCertain }) => {
      const isJudged = input.kind === 'command' && input.command === 'judge';
      return isJudged && input.from === start && input.verdict === verdict && isCertain;
    });
  }

  /** An order of a process before to the stream may be in force or void. */
  isUncertain(stream: StreamId): boolean {
    return this.#of(stream).some((each) => each.process < this.#process && isOpen(each));
  }

  /** Times of the readings that the stream has to know, in order. */
  timesOf(stream: StreamId): readonly number[] {
    return kept(this.#of(stream), new Map()).flatMap(({ input }) => (isReading(input) ? [input.at] : []));
  }

  /** @returns the fault of a learner. An open order has the fate that fits from now on */
  judge(stream: StreamId, learner: RoteLearner | undefined, isAlive: boolean): string | undefined {
    const open = this.#of(stream).filter(isOpen);
    const found = learner?.snapshot() ?? NOTHING;
    const wanted = combinations(open).map((fates) => [fates, this.#teach(stream, fates)] as const);
    const isSame = wanted.find(([, taught]) => Buffer.from(found).equals(taught?.snapshot() ?? NOTHING));
    // Of a stream that was forgotten while it was away an old learner is left.
    const fits = isSame ?? (isAlive ? undefined : wanted.find(([, taught]) => taught === undefined));
    if (fits === undefined)
      return `${stream}, ${open.length} open: ${valuesOf(learner)}, not ${wanted.map(([, taught]) => valuesOf(taught)).join(' or ')}`;
    for (const [entry, fate] of fits[0]) {
      entry.fate = fate;
      entry.wasJudged = true;
    }
    return undefined;
  }

  /** @returns a learner that was taught what is kept; undefined: nothing is */
  #teach(stream: StreamId, fates: ReadonlyMap<Entry, Fate>): RoteLearner | undefined {
    const [adopted, ...others] = kept(this.#of(stream), fates);
    const lasting = [...(adopted === undefined || adopted.adopts !== undefined ? [] : [adopted]), ...others];
    const learner = new RoteLearner(stream, adopted?.adopts);
    if (adopted?.adopts !== undefined) return taught(learner, lasting);
    // A stream begins with a reading: what is said before it has nothing to teach.
    const start = lasting.findIndex(({ input }) => isReading(input));
    if (start < 0) return undefined;
    return taught(learner, lasting.slice(start));
  }
}

function taught(learner: RoteLearner, entries: readonly Entry[]): RoteLearner {
  for (const { input } of entries) {
    if (isReading(input)) learner.step({ ...input, zoneOffset: toDurationMs(0) });
    else if (input.kind !== 'command' || input.command === 'judge') learner.instruct(input);
  }
  return learner;
}

/**
 * Inputs that count, without orders to omit others; the first may be an order to go on with another state.
 * @param fates of open orders. Default: void
 */
function kept(entries: readonly Entry[], fates: ReadonlyMap<Entry, Fate>): readonly Entry[] {
  const forgotten = entries.findLastIndex(({ input }) => input.kind === 'command' && input.command === 'forget');
  const isInForce = (entry: Entry): boolean => (entry.fate ?? fates.get(entry)) === 'in force';
  const adopted = entries.findLastIndex((entry) => isAdoption(entry.input) && isInForce(entry));
  const lasting = entries.slice(Math.max(adopted, forgotten) + 1);
  const orders = lasting.filter((entry) => isOmission(entry.input) && isInForce(entry));
  const others = lasting.filter(
    (entry) => !isReturn(entry.input) && !orders.some((order) => isOmittedBy(entry, order)),
  );
  return adopted > forgotten ? [entries[adopted] as Entry, ...others] : others;
}

/** Orders of processes that were killed are in the journal still: a stream that goes back behind them does as they say. */
function reopen(entries: readonly Entry[]): void {
  for (const entry of entries) {
    if (!isOmission(entry.input) || !entry.wasJudged || entry.fate === 'in force') continue;
    entry.fate = undefined;
    entry.fates = BOTH;
  }
}

function isOpen({ input, fate }: Entry): boolean {
  return isReturn(input) && fate === undefined;
}

function isOmittedBy({ position }: Entry, order: Entry): boolean {
  const { first, last } = order.input as Omission;
  return position >= first && position <= last && position < order.position;
}

/**
 * Fates of an order that is on the medium and whose process was killed. A start does it where there is a state to go back to; where a snapshot
 * was taken after it, that has decided.
 */
function fatesOf(
  { input, position }: Entry,
  entries: readonly Entry[],
  medium: Medium,
  forgotten: number,
): Entry['fates'] {
  const snapshots = medium.snapshots.get(input.stream) ?? [];
  const positions = snapshots.flatMap((snapshot) => (snapshot.position > forgotten ? snapshot.position : []));
  const start = medium.batches[0]?.first ?? Number.POSITIVE_INFINITY;
  if (positions.some((at) => at >= position)) return BOTH;
  // Its state is a snapshot of its own position.
  if (isAdoption(input)) return ['void'];
  if (!isOmission(input)) return BOTH;
  if (positions.length === 0) return start === 1 ? ['in force'] : BOTH;
  // A state that has learned what an order before omits is none to go back to, nor one from before the stream went on with another state.
  const before = entries.filter((entry) => entry.position < position);
  const isOfNoUse = (at: number): boolean =>
    before.some((entry) => {
      if (isAdoption(entry.input)) return at < entry.position;
      return isOmission(entry.input) && entry.input.first <= at && at < entry.position;
    });
  const isBase = (at: number): boolean => at < input.first && at + 1 >= start && !isOfNoUse(at);
  return positions.some(isBase) ? ['in force'] : BOTH;
}

function combinations(open: readonly Entry[]): readonly ReadonlyMap<Entry, Fate>[] {
  return open.reduce<readonly ReadonlyMap<Entry, Fate>[]>(
    (found, entry) => found.flatMap((fates) => entry.fates.map((fate) => new Map([...fates, [entry, fate]]))),
    [new Map()],
  );
}
