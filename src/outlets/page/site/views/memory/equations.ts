import type { MemoryProbe, StateName } from '../../../../../domain/memoryProbe.ts';
import { type Child, fill, make, setText } from '../../dom/make.ts';
import type { Wording } from '../../words/wording.ts';
import type { Scene } from './scene.ts';
import type { Choice } from './strip.ts';

/** An equation of the cell: the state that it gives, and itself as it is written. */
interface Equation {
  readonly state: StateName;
  readonly parts: readonly Child[];
}

const letter = (name: string): HTMLElement => make('i', {}, name);
const sub = (name: string): HTMLElement => make('sub', {}, name);
const now = (name: string): Child[] => [letter(name), '(', letter('t'), ')'];
const before = (name: string): Child[] => [letter(name), '(', letter('t'), '−1)'];
/** `W_f·[h(t−1), x(t)] + b_f` */
const sumOf = (gate: string): Child[] => [
  letter('W'),
  sub(gate),
  '·[',
  ...before('h'),
  ', ',
  ...now('x'),
  '] + ',
  letter('b'),
  sub(gate),
];
const gateOf = (state: StateName, name: string, squash: string, gate: string): Equation => ({
  state,
  parts: [...now(name), ` = ${squash}(`, ...sumOf(gate), ')'],
});

const FORGET = (): Equation => gateOf('f', 'f', 'σ', 'f');
const INPUT = (): Equation => gateOf('i', 'i', 'σ', 'i');
const CANDIDATE = (): Equation => gateOf('g', 'C̃', 'tanh', 'C');
const OUTPUT = (): Equation => gateOf('o', 'o', 'σ', 'o');
const CELL = (): Equation => ({
  state: 'c',
  parts: [...now('C'), ' = ', letter('f'), '·', ...before('C'), ' + ', letter('i'), '·', letter('C̃')],
});
const HIDDEN = (): Equation => ({ state: 'h', parts: [...now('h'), ' = ', letter('o'), '·tanh(', ...now('C'), ')'] });

/** In the order in which the cell works. */
function equationsOf(cell: MemoryProbe['cell']): readonly Equation[] {
  switch (cell) {
    case 'lstm':
    case 'lstm_peephole':
      return [FORGET(), INPUT(), CANDIDATE(), CELL(), OUTPUT(), HIDDEN()];
    case 'lstm_coupled': {
      const coupled = { state: 'f' as const, parts: [...now('f'), ' = 1 − ', ...now('i')] };
      return [INPUT(), coupled, CANDIDATE(), CELL(), OUTPUT(), HIDDEN()];
    }
    case 'gru': {
      const candidate = [
        ...now('n'),
        ' = tanh(',
        letter('W'),
        sub('n'),
        '·',
        ...now('x'),
        ' + ',
        letter('r'),
        '∘(',
        letter('U'),
        sub('n'),
        '·',
        ...before('h'),
        '))',
      ];
      const mixed = [...now('h'), ' = (1 − ', letter('z'), ')·', letter('n'), ' + ', letter('z'), '·', ...before('h')];
      return [
        gateOf('r', 'r', 'σ', 'r'),
        gateOf('z', 'z', 'σ', 'z'),
        { state: 'n', parts: candidate },
        { state: 'h', parts: mixed },
      ];
    }
    case 'rnn':
      return [gateOf('h', 'h', 'tanh', 'h')];
  }
}

const NOTES: Readonly<Partial<Record<MemoryProbe['cell'], string>>> = {
  lstm_peephole: 'Its gates also see the cell state: f and i that of before, o that of now.',
};

/** The equations of the cell, each with its value for the unit and the reading that are chosen. */
export class Equations {
  readonly element: HTMLElement = make('div', { class: 'memory-equations' });
  readonly #values = new Map<StateName, HTMLElement>();
  #cell: MemoryProbe['cell'] | undefined;

  draw(scene: Scene, { unit, row }: Choice, { numbers }: Wording): void {
    const { cell } = scene.probe;
    if (cell !== this.#cell) this.#place(cell);
    for (const [state, element] of this.#values) setText(element, numbers.format(scene.at(state, row, unit), 2));
  }

  #place(cell: MemoryProbe['cell']): void {
    this.#cell = cell;
    this.#values.clear();
    const lines = equationsOf(cell).flatMap(({ state, parts }) => {
      const value = make('b', { class: `value-${state}` });
      this.#values.set(state, value);
      return [make('span', {}, ...parts), value];
    });
    const note = NOTES[cell];
    fill(this.element, ...lines, note === undefined ? null : make('p', { class: 'muted small' }, note));
  }
}
