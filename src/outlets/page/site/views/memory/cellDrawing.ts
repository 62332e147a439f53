import { draw, setText } from '../../dom/make.ts';
import type { Wording } from '../../words/wording.ts';
import type { Scene } from './scene.ts';
import type { Choice } from './strip.ts';

/** Boxes of the gates, from left to right. */
const GATES = [
  { state: 'f', x: 80, letter: 'f', word: 'forget' },
  { state: 'i', x: 200, letter: 'i', word: 'input' },
  { state: 'g', x: 320, letter: 'C̃', word: 'new' },
  { state: 'o', x: 440, letter: 'o', word: 'output' },
] as const;
const BOX = 44;
const BOX_TOP = 170;
/** Width of the belt: of an empty cell, and what a full one has beside it; a cell of this size is full. */
const THINNEST = 2;
const MORE = 9;
const FULL = 2;

const label = (text: string, x: number, y: number, style = '', anchor = 'middle'): SVGTextElement =>
  draw('text', { x, y, class: style, 'text-anchor': anchor }, text);
const path = (style: string, d: string): SVGPathElement => draw('path', { class: style, d });
const value = (x: number, y: number, anchor = 'middle'): SVGTextElement =>
  draw('text', { class: 'v', x, y, 'text-anchor': anchor });

/** The cell of an LSTM as it is usually drawn: C runs along the top, gates open from below. */
export class CellDrawing {
  readonly element: SVGSVGElement;
  readonly #fills = new Map<string, SVGRectElement>();
  readonly #gateTexts = new Map<string, SVGTextElement>();
  readonly #belts = {
    before: path('belt', 'M14 52H68'),
    kept: path('belt', 'M92 52H248'),
    after: path('belt', 'M272 52H586'),
  };
  readonly #texts = {
    before: value(14, 80, 'start'),
    kept: value(170, 36),
    added: value(272, 94, 'start'),
    after: value(470, 36, 'start'),
    hidden: value(586, 246, 'end'),
  };

  constructor() {
    const title = 'The LSTM cell with the gates of the chosen unit; the same numbers stand beside the equations';
    this.element = draw(
      'svg',
      { class: 'memory-cell', viewBox: '0 0 600 300', role: 'img', 'aria-label': title },
      path('pipe', 'M14 258H440M80 258V214M200 258V214M320 258V214M440 258V214'),
      path('pipe', 'M80 170V64M200 170V128H248M320 170V128H272M260 116V64'),
      path('pipe', 'M440 170V128H532M544 52V78M544 104V116M544 140V258H586'),
      ...Object.values(this.#belts),
      ...knots(),
      ...GATES.flatMap((gate) => this.#gate(gate)),
      label('C(t−1)', 14, 28, 'm', 'start'),
      label('C(t)', 586, 28, 'm', 'end'),
      label('h(t−1), x(t)', 14, 284, 'm', 'start'),
      label('h(t)', 586, 284, 'm', 'end'),
      ...Object.values(this.#texts),
    );
  }

  #gate({ state, x, letter, word }: (typeof GATES)[number]): SVGElement[] {
    const box = { x: x - BOX / 2, y: BOX_TOP, width: BOX, height: BOX };
    const open = draw('rect', { class: `open open-${state}`, ...box });
    const text = value(x + 30, 208, 'start');
    this.#fills.set(state, open);
    this.#gateTexts.set(state, text);
    const name = draw(
      'text',
      { x: x + 30, y: 186 },
      draw('tspan', { class: 'm' }, letter),
      draw('tspan', { class: 'word' }, ` ${word}`),
    );
    return [draw('rect', { class: 'rail', ...box, rx: 3 }), open, name, text];
  }

  /** Only for cells that have C. */
  show(scene: Scene, { unit, row }: Choice, { numbers }: Wording): void {
    for (const { state } of GATES) {
      const size = scene.at(state, row, unit);
      const fill = this.#fills.get(state);
      if (fill !== undefined) fill.style.transform = `scaleY(${Math.abs(size).toFixed(3)})`;
      const text = this.#gateTexts.get(state);
      if (text !== undefined) setText(text, numbers.format(size, 2));
    }
    const before = cellBefore(scene, row, unit);
    const after = scene.at('c', row, unit);
    const kept = scene.at('f', row, unit) * before;
    this.#belts.before.style.strokeWidth = widthOf(before);
    this.#belts.kept.style.strokeWidth = widthOf(kept);
    this.#belts.after.style.strokeWidth = widthOf(after);
    setText(this.#texts.before, numbers.format(before, 2));
    setText(this.#texts.kept, `${numbers.format(kept, 2)} kept`);
    setText(this.#texts.added, `${numbers.format(scene.at('i', row, unit) * scene.at('g', row, unit), 2)} let in`);
    setText(this.#texts.after, numbers.format(after, 2));
    setText(this.#texts.hidden, numbers.format(scene.at('h', row, unit), 2));
  }
}

/** C before the row: that of the row before, and before the first what its equation leaves. */
function cellBefore(scene: Scene, row: number, unit: number): number {
  if (row > 0) return scene.at('c', row - 1, unit);
  const [f, i, g] = [scene.at('f', row, unit), scene.at('i', row, unit), scene.at('g', row, unit)];
  return f > 0 ? (scene.at('c', row, unit) - i * g) / f : Number.NaN;
}

function widthOf(cell: number): string {
  const share = Math.min(1, Math.abs(cell) / FULL);
  return (THINNEST + MORE * (Number.isNaN(share) ? 0 : share)).toFixed(1);
}

/** Where two numbers are multiplied or added, and where C is squashed. */
function knots(): SVGElement[] {
  const places = [
    [80, 52, '×'],
    [260, 52, '+'],
    [260, 128, '×'],
    [544, 128, '×'],
  ] as const;
  const circles = places.flatMap(([x, y, sign]) => [
    draw('circle', { class: 'knot', cx: x, cy: y, r: 12 }),
    label(sign, x, y + 5, 'm'),
  ]);
  return [
    ...circles,
    draw('rect', { class: 'knot', x: 516, y: 78, width: 56, height: 26, rx: 13 }),
    label('tanh', 544, 96),
  ];
}
