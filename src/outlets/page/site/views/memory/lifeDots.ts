import { draw, fill, make, setAttributes, setText } from '../../dom/make.ts';
import type { Wording } from '../../words/wording.ts';
import { livesSentence } from './memoryWords.ts';
import type { Scene } from './scene.ts';

const WIDTH = 480;
const HEIGHT = 92;
const LEFT = 20;
const ACROSS = 440;
const FLOOR = 57;
const STEP = 8;
/** Dots that stand on each other before they begin to hide the heading. */
const HIGHEST = 6;
/** Readings at which the axis may have a number. */
const TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000] as const;
const MOST_TICKS = 7;

/** Half-lives of the units: a dot for each on a logarithmic axis, in readings and in time. */
export class LifeDots {
  readonly element: HTMLElement;
  readonly #picture = draw('svg', { class: 'memory-dots', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img' });
  readonly #say = make('p', { class: 'muted small' });

  constructor() {
    const heading = make('strong', {}, 'How long each unit remembers');
    const note = make('span', {}, 'readings and time until half is forgotten');
    this.element = make('figure', { class: 'panel' }, make('figcaption', {}, heading, note), this.#picture, this.#say);
  }

  show(scene: Scene, unit: number, wording: Wording): void {
    const sentence = livesSentence(scene, wording);
    setText(this.#say, sentence);
    const hasLives = scene.probe.halfLives.length > 0;
    this.#picture.toggleAttribute('hidden', !hasLives);
    if (!hasLives) return;
    setAttributes(this.#picture, { 'aria-label': sentence });
    const ticks = ticksOf(scene);
    const [low, high] = [ticks[0] ?? 1, ticks.at(-1) ?? 10];
    const x = (life: number): number =>
      LEFT + (Math.log(Math.min(high, Math.max(low, life)) / low) / Math.log(high / low)) * ACROSS;
    fill(this.#picture, ...ticks.flatMap((tick) => markOf(tick, x(tick), scene, wording)), ...dotsOf(scene, unit, x));
  }
}

/** Numbers of the axis, from below the shortest half-life to above the longest. */
function ticksOf({ probe: { halfLives } }: Scene): readonly number[] {
  const [shortest, longest] = [Math.min(...halfLives), Math.max(...halfLives)];
  const first = Math.max(
    0,
    TICKS.findLastIndex((tick) => tick <= shortest),
  );
  const above = TICKS.findIndex((tick) => tick >= longest);
  const last = Math.max(first + 1, above < 0 ? TICKS.length - 1 : above);
  const all = TICKS.slice(first, last + 1);
  const every = Math.ceil(all.length / MOST_TICKS);
  return all.filter((_, k) => k % every === 0 || k === all.length - 1);
}

function markOf(tick: number, x: number, { probe: { interval } }: Scene, { numbers, times }: Wording): SVGElement[] {
  const text = (y: number, words: string): SVGTextElement => draw('text', { x, y, 'text-anchor': 'middle' }, words);
  const mark = [draw('line', { x1: x, x2: x, y1: 4, y2: FLOOR + 5 }), text(76, numbers.format(tick, tick < 1 ? 1 : 0))];
  return interval > 0 ? [...mark, text(90, times.duration(tick * interval))] : mark;
}

function dotsOf({ order, probe: { halfLives } }: Scene, chosen: number, x: (life: number) => number): SVGElement[] {
  const stacks = new Map<number, number>();
  return order.map((unit) => {
    const stack = Math.round(x(halfLives[unit] ?? 1) / 10);
    const below = stacks.get(stack) ?? 0;
    stacks.set(stack, below + 1);
    const y = FLOOR - Math.min(HIGHEST, below) * STEP;
    return draw('circle', { cx: stack * 10, cy: y, r: 3.8, class: unit === chosen ? 'chosen' : null });
  });
}
