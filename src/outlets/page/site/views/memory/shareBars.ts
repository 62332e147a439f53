import type { Probe } from '../../../../../domain/memoryProbe.ts';
import { groupShares } from '../../../../../domain/memorySummary.ts';
import { type Child, draw, fill, make, setText } from '../../dom/make.ts';
import type { Wording } from '../../words/wording.ts';
import { type Sensor, sharesSentence } from './memoryWords.ts';
import type { Scene } from './scene.ts';

/** A line of a column: a name, and its share. */
interface Share {
  readonly name: string;
  readonly share: number;
}

/** Lags up to this stand alone. */
const SINGLE = 7;
const MOST_DECIMALS = 9;
/** Then they stand together up to these, exclusive. */
const EDGES = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192] as const;

/** Shares in the forecast, by reading and by input: two columns that add up to the same. */
export class ShareBars {
  readonly element: HTMLElement;
  readonly #unit = make('span', { class: 'small muted' });
  readonly #say = make('p', { class: 'small' });
  readonly #byReading = make('div', { class: 'memory-shares' });
  readonly #byInput = make('div', { class: 'memory-shares' });
  readonly #columns: HTMLElement;

  constructor() {
    const column = (title: string, box: HTMLElement): HTMLElement => make('div', {}, make('h3', {}, title), box);
    this.#columns = make(
      'div',
      { class: 'memory-columns' },
      column('by reading', this.#byReading),
      column('by input', this.#byInput),
    );
    const head = make('div', { class: 'head' }, make('h2', {}, 'What moves the forecast'), this.#unit);
    this.element = make('section', { class: 'panel' }, head, this.#say, this.#columns);
  }

  show({ probe }: Scene, sensor: Sensor, wording: Wording): void {
    const { shares } = probe;
    setText(this.#say, sharesSentence(probe, sensor, wording));
    const isClass = shares.answer.kind === 'class';
    setText(this.#unit, isClass ? 'log odds' : sensor.unit);
    const older = { name: 'older still', share: shares.older };
    const columns = [byReading(shares), groupShares(shares.inputs)].map((column) => [...column, older]);
    const decimals = decimalsFor(columns.flat(), isClass ? 2 : sensor.decimals + 1);
    [this.#byReading, this.#byInput].forEach((box, k) => {
      drawBars(box, columns[k] ?? [], shares, decimals, wording);
    });
  }
}

/** Decimals that give the largest share two digits, and no fewer than are asked for. */
function decimalsFor(shares: readonly Share[], least: number): number {
  const largest = Math.max(...shares.map(({ share }) => Math.abs(share)));
  return largest > 0 ? Math.min(MOST_DECIMALS, Math.max(least, Math.ceil(1 - Math.log10(largest)))) : least;
}

/** Newest first, in wider groups the older they are. */
function byReading({ rows }: Probe): readonly Share[] {
  const shares: Share[] = [];
  for (let from = 0; from < rows.length; ) {
    const edge = from < SINGLE ? from + 1 : (EDGES.find((end) => end > from) ?? rows.length);
    const to = Math.min(rows.length, edge);
    const share = rows.slice(from, to).reduce((sum, row) => sum + row.share, 0);
    const name = from === 0 ? 'this reading' : to - from === 1 ? `${from} before` : `${from} to ${to - 1} before`;
    shares.push({ name, share });
    from = to;
  }
  return shares;
}

function drawBars(
  box: HTMLElement,
  shares: readonly Share[],
  probe: Probe,
  decimals: number,
  { numbers }: Wording,
): void {
  const change = probe.replayed - probe.baseline;
  const largest = Math.max(...shares.map(({ share }) => Math.abs(share)), Number.MIN_VALUE);
  const line = ({ name, share }: Share): Child[] => [
    make('span', {}, name),
    barOf(share / largest),
    make('span', { class: 'number' }, numbers.signed(share, decimals)),
  ];
  const total = [
    make('span', { class: 'total' }, 'sum'),
    make('span', { class: 'total' }),
    make('span', { class: 'number total' }, numbers.signed(change, decimals)),
  ];
  fill(box, ...shares.flatMap(line), ...total);
}

/** @param size −1 to 1 */
function barOf(size: number): SVGElement {
  const width = Math.max(0.6, Math.abs(size) * 98);
  const bar = draw('rect', {
    class: size >= 0 ? 'up' : 'down',
    x: size >= 0 ? 100 : 100 - width,
    y: 2,
    width,
    height: 10,
  });
  const zero = draw('line', { class: 'zero', x1: 100, x2: 100, y1: 0, y2: 14 });
  return draw('svg', { viewBox: '0 0 200 14', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, bar, zero);
}
