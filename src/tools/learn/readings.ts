import { readJsonNumber } from '../../adapters/payload/jsonNumber.ts';
import { StreamUnit } from '../../adapters/payload/streamUnit.ts';
import type { DropReason } from '../../domain/dropReason.ts';
import { TidegateError } from '../../domain/errors.ts';
import { MARK } from '../../domain/marks.ts';
import type { Sample } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Recorded } from './recorded.ts';

/** Readings that are held of all streams together: some 100 bytes each. */
const MOST_READINGS = 5_000_000;
/** No clock is trusted to be ahead of ours by more, ms. */
const AHEAD_MS = 120_000;

export interface ReadingsOptions {
  readonly stream: StreamId;
  readonly settings: StreamSettings;
  readonly now: EpochMs;
  /** Readings of before are left out. Default: none. */
  readonly since: EpochMs | undefined;
}

/** Recorded readings of one stream, and what became of those that are none. */
export class Readings {
  readonly stream: StreamId;
  /** Series that they come from. */
  readonly series: Set<string> = new Set();
  readonly dropped: Map<DropReason, number> = new Map();
  /** Readings of before `since`. */
  early = 0;
  readonly #options: ReadingsOptions;
  readonly #samples: Sample[] = [];
  readonly #unit = new StreamUnit({});
  #isSorted = true;

  constructor(options: ReadingsOptions) {
    this.stream = options.stream;
    this.#options = options;
  }

  get count(): number {
    return this.#samples.length;
  }

  /** Unit that the file tells, or that stands behind the numbers. */
  get unit(): string | undefined {
    return this.#unit.about.unit;
  }

  /** Takes a reading as a file has it, by the rules of its stream; numbers may be written as people write them. */
  take({ at, value, unit }: Recorded): void {
    const { settings } = this.#options;
    const { valid, notation } = settings;
    const exponent = unit === undefined ? 0 : this.#unit.exponentOf(unit);
    const number = readJsonNumber(value, undefined, { valid, notation: { ...notation, isLenient: true } }, this.#unit);
    if (typeof number !== 'number') this.drop(number);
    else if (exponent === undefined) this.drop('other-unit');
    else
      this.add({ stream: this.stream, at, value: exponent < 0 ? number / 10 ** -exponent : number * 10 ** exponent });
  }

  /** Takes a sample whose value was read already. @throws TidegateError TG_INPUT_INVALID where there are too many to hold */
  add(sample: Sample): void {
    const { now, since } = this.#options;
    const { at } = sample;
    if (at > now + AHEAD_MS) this.drop('bad-time');
    else if (since !== undefined && at < since) this.early++;
    else {
      if (this.#samples.length >= MOST_READINGS)
        throw new TidegateError(
          'TG_INPUT_INVALID',
          `${this.stream}: more than ${MOST_READINGS} readings; --since leaves out the older ones`,
        );
      this.#isSorted &&= !(at < (this.#samples.at(-1)?.at ?? Number.NEGATIVE_INFINITY));
      this.#samples.push({ ...sample, stream: this.stream, marks: MARK.recorded });
    }
  }

  drop(reason: DropReason): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1);
  }

  /** In the order of time; those of one time in the order in which they came. */
  sorted(): readonly Sample[] {
    if (!this.#isSorted) this.#samples.sort((a, b) => a.at - b.at);
    this.#isSorted = true;
    return this.#samples;
  }
}
