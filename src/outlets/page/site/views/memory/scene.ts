import type { MemoryProbe, StateName } from '../../../../../domain/memoryProbe.ts';

/** A picture of a state of all units: its letter, what it does in a word, and a title for who does not see it. */
export interface Lane {
  readonly state: StateName;
  readonly letter: string;
  readonly word: string;
  readonly title: string;
  readonly colour: 'f' | 'i' | 'o' | 'c';
  /** Size that has the full colour. */
  readonly full: number;
}

const FORGET: Lane = { state: 'f', letter: 'f', word: 'kept', title: 'Forget gate', colour: 'f', full: 1 };
const INPUT: Lane = { state: 'i', letter: 'i', word: 'let in', title: 'Input gate', colour: 'i', full: 1 };
const OUTPUT: Lane = { state: 'o', letter: 'o', word: 'shown', title: 'Output gate', colour: 'o', full: 1 };
const CELL: Lane = { state: 'c', letter: '|c|', word: 'held', title: 'Size of the cell state', colour: 'c', full: 2 };
const UPDATE: Lane = { state: 'z', letter: 'z', word: 'kept', title: 'Update gate', colour: 'f', full: 1 };
const RESET: Lane = { state: 'r', letter: 'r', word: 'asked', title: 'Reset gate', colour: 'i', full: 1 };
const HIDDEN: Lane = {
  state: 'h',
  letter: '|h|',
  word: 'held',
  title: 'Size of the hidden state',
  colour: 'c',
  full: 1,
};

/** A memory that was looked into, with its numbers by row and unit. */
export class Scene {
  readonly probe: MemoryProbe;
  /** T */ readonly rows: number;
  /** H */ readonly units: number;
  /** Units, those that hold longest first; of a cell that does not forget by a gate those with the largest part in the answer. */
  readonly order: readonly number[];
  /** The unit with the largest part in the answer. */
  readonly leading: number;
  readonly lanes: readonly Lane[];
  readonly #values: ReadonlyMap<StateName, Float32Array>;

  constructor(probe: MemoryProbe) {
    this.probe = probe;
    this.rows = probe.times.length;
    this.units = probe.units;
    this.#values = new Map(probe.states.map(({ name, values }) => [name, values]));
    this.leading = Math.max(0, probe.importance.indexOf(Math.max(...probe.importance)));
    const rank = probe.halfLives.length > 0 ? probe.halfLives : probe.importance;
    const units = Array.from({ length: probe.units }, (_, unit) => unit);
    this.order = units.sort((a, b) => (rank[b] ?? 0) - (rank[a] ?? 0));
    this.lanes = this.has('c') ? [FORGET, INPUT, OUTPUT, CELL] : this.has('z') ? [UPDATE, RESET, HIDDEN] : [HIDDEN];
  }

  has(state: StateName): boolean {
    return this.#values.has(state);
  }

  /** NaN where there is none. */
  at(state: StateName, row: number, unit: number): number {
    return this.#values.get(state)?.[row * this.units + unit] ?? Number.NaN;
  }

  /** Share of the full colour, 0 to 1. */
  shade({ state, full }: Lane, row: number, unit: number): number {
    const share = Math.abs(this.at(state, row, unit)) / full;
    return share >= 0 ? Math.min(1, share) : 0;
  }

  /** Mean size over the units in a row. */
  meanAt(state: StateName, row: number): number {
    let sum = 0;
    for (let unit = 0; unit < this.units; unit++) sum += Math.abs(this.at(state, row, unit));
    return sum / this.units;
  }

  /** In readings; NaN where the cell has no gate that forgets. */
  halfLife(unit: number): number {
    return this.probe.halfLives[unit] ?? Number.NaN;
  }
}
