import { draw, fill, make, setAttributes, setText } from '../../dom/make.ts';
import type { Wording } from '../../words/wording.ts';
import { reachSentence } from './memoryWords.ts';
import type { Scene } from './scene.ts';

const WIDTH = 480;
const HEIGHT = 120;
const LEFT = 44;
const RIGHT = 468;
const TOP = 8;
const BOTTOM = 92;
/** Shares of an error that the axis names, and the least that it shows. */
const LEVELS = [1, 0.1, 0.01, 0.001] as const;
const LEAST = 0.001;
const LAG_STEP = 16;

/** Reach of the network: what is left of an error on its way back through time. */
export class ReachCurve {
  readonly element: HTMLElement;
  readonly #picture = draw('svg', { class: 'memory-reach', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img' });
  readonly #say = make('p', { class: 'muted small' });

  constructor() {
    const heading = make('strong', {}, 'How far back the network reaches');
    const note = make('span', {}, 'what is left of an error, by readings back');
    this.element = make('figure', { class: 'panel' }, make('figcaption', {}, heading, note), this.#picture, this.#say);
  }

  show({ probe }: Scene, wording: Wording): void {
    const sentence = reachSentence(probe, wording);
    setText(this.#say, sentence);
    const { reach } = probe;
    this.#picture.toggleAttribute('hidden', reach.length < 2);
    if (reach.length < 2) return;
    setAttributes(this.#picture, { 'aria-label': `What is left of an error by readings back. ${sentence}` });
    const lags = reach.length - 1;
    const x = (lag: number): number => LEFT + (lag / lags) * (RIGHT - LEFT);
    const highest = Math.max(1, ...reach);
    const y = (left: number): number => {
      const share = Math.log(highest / Math.max(LEAST, left)) / Math.log(highest / LEAST);
      return TOP + share * (BOTTOM - TOP);
    };
    // Below the axis nothing is drawn: a line along it would tell of something that is left.
    const below = reach.findIndex((left) => left < LEAST);
    const shown = below < 0 ? reach : reach.subarray(0, below + 1);
    const line = Array.from(shown, (left, lag) => `${lag === 0 ? 'M' : 'L'}${x(lag).toFixed(1)} ${y(left).toFixed(1)}`);
    fill(this.#picture, ...gridOf(lags, x, y, wording), draw('path', { class: 'curve', d: line.join('') }));
  }
}

function gridOf(
  lags: number,
  x: (lag: number) => number,
  y: (left: number) => number,
  { numbers }: Wording,
): SVGElement[] {
  const levels = LEVELS.flatMap((level) => [
    draw('line', { x1: LEFT, x2: RIGHT, y1: y(level), y2: y(level) }),
    draw('text', { x: LEFT - 6, y: y(level) + 4, 'text-anchor': 'end' }, numbers.percent(level, level < 0.01 ? 1 : 0)),
  ]);
  const ticks: SVGElement[] = [];
  for (let lag = 0; lag <= lags; lag += LAG_STEP) {
    ticks.push(
      draw('text', { x: x(lag), y: BOTTOM + 18, 'text-anchor': 'middle' }, lag === 0 ? 'now' : numbers.format(lag)),
    );
  }
  return [...levels, ...ticks];
}
