import type { About } from '../../domain/streamSpec.ts';
import { createRecentMap, type RecentMap } from './recentMap.ts';

/** Units before which decimal prefixes stand. */
const BASES: ReadonlySet<string> = new Set([
  ...['W', 'Wh', 'V', 'VA', 'VAh', 'var', 'varh', 'A', 'Ah', 'Ω', 'F', 'S', 'J', 'eV', 'Hz', 'g', 'm', 's', 'l', 'L'],
  ...['N', 'Pa', 'bar', 'lx', 'lm', 'cd', 'mol', 'K', 'cal', 'Bq', 'Sv', 'Gy', 'T', 'bit'],
]);
/** Powers of ten. Old firmware writes `K` for kilo and `u` for micro. */
const PREFIXES: ReadonlyMap<string, number> = new Map([
  ...([
    ['n', -9],
    ['μ', -6],
    ['u', -6],
    ['m', -3],
    ['c', -2],
    ['d', -1],
  ] as const),
  ...([
    ['h', 2],
    ['k', 3],
    ['K', 3],
    ['M', 6],
    ['G', 9],
  ] as const),
]);
/** Other spellings, in small letters. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ...(['c', '°c', 'degc', 'deg c', 'celsius', '°celsius'].map((word) => [word, '°C']) as [string, string][]),
  ...(['f', '°f', 'degf', 'deg f', 'fahrenheit', '°fahrenheit'].map((word) => [word, '°F']) as [string, string][]),
  ...(['percent', 'pct', '% rh', '%rh', '% r.h', 'rh'].map((word) => [word, '%']) as [string, string][]),
]);
/** Days, hours, items: one or many. */
const PLURAL = /^(\p{L}{2,})s$/u;

interface Unit {
  readonly base: string;
  /** Power of ten of its prefix. */
  readonly exponent: number;
}

/** Place where the unit of one stream is kept beyond the life of the process. */
export interface UnitNote {
  /** It changes where the unit was forgotten. */
  readonly epoch: number;
  read(): string | undefined;
  write(unit: string): void;
}

/**
 * Unit of the readings of one stream, where they are texts with a unit behind the number: the one that was noted; else that of the first of
 * them, or the one that the device declares where the first can be converted to it.
 */
export class StreamUnit {
  readonly about: About;
  #text: string | undefined;
  #unit: Unit | undefined;
  /** The unit that was written last, and what came of it. */
  #last: string | undefined;
  #exponent: number | undefined = 0;

  readonly #note: UnitNote | undefined;
  #epoch = 0;
  /** The unit in `about` is from here. */
  #isOwn = false;

  /** @param about declared by the device; without a unit it gets that of the readings @param note default: the unit is of this process alone */
  constructor(about: About, note?: UnitNote | undefined) {
    this.about = about;
    this.#note = note;
  }

  /** @returns the power of ten by which a number in the written unit is one in the unit of the stream; undefined: there is none */
  exponentOf(written: string): number | undefined {
    const { epoch = 0 } = this.#note ?? {};
    if (this.#text === undefined || epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#begin(written);
    }
    if (written !== this.#last) {
      this.#last = written;
      this.#exponent = between(read(written), this.#unit as Unit);
    }
    return this.#exponent;
  }

  #begin(written: string): void {
    const noted = this.#note?.read();
    if (this.#isOwn) delete this.about.unit;
    this.#isOwn = this.about.unit === undefined;
    this.about.unit ??= noted ?? written;
    const declared = read(this.about.unit);
    const isDeclared = between(read(written), declared) !== undefined;
    this.#text = noted ?? (isDeclared ? this.about.unit : written);
    this.#unit = read(this.#text);
    this.#last = undefined;
    if (noted === undefined) this.#note?.write(this.#text);
  }
}

/** Units of the streams of one topic, by their keys. Bounded. */
export class StreamUnits {
  readonly #units: RecentMap<string, StreamUnit>;

  constructor(capacity: number) {
    this.#units = createRecentMap(capacity);
  }

  /** @param makeUnit asked where the stream is not known */
  of(key: string, makeUnit: () => StreamUnit): StreamUnit {
    const known = this.#units.get(key);
    if (known !== undefined) return known;
    const unit = makeUnit();
    this.#units.set(key, unit);
    return unit;
  }
}

function between(from: Unit, to: Unit): number | undefined {
  return from.base === to.base ? from.exponent - to.exponent : undefined;
}

/** Takes a unit apart. One without a known prefix is its own base: squares and cubes have other factors. */
function read(text: string): Unit {
  const plain = text.normalize('NFKC').trim();
  const spelled = SPELLINGS.get(plain.toLowerCase());
  if (spelled !== undefined) return { base: spelled, exponent: 0 };
  const slash = plain.indexOf('/');
  const [top, below] = slash < 0 ? [plain, ''] : [plain.slice(0, slash), plain.slice(slash)];
  const exponent = BASES.has(top) ? undefined : PREFIXES.get(top.charAt(0));
  if (exponent !== undefined && BASES.has(top.slice(1))) return { base: `${top.slice(1)}${below}`, exponent };
  return { base: `${BASES.has(top) ? top : top.replace(PLURAL, '$1')}${below}`, exponent: 0 };
}
