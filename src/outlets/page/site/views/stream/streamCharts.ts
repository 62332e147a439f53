import { ScoreChart } from '../../charts/scoreChart.ts';
import { SeriesChart } from '../../charts/seriesChart.ts';
import { type LabelSpan, labelOf } from '../../data/labels.ts';
import type { Series } from '../../data/series.ts';
import type { FanPoint, Stream } from '../../data/stream.ts';
import { make, setText } from '../../dom/make.ts';
import type { Page } from '../../shell/view.ts';
import { UNKNOWN } from '../../words/numbers.ts';
import { expertWords } from '../../words/streamWords.ts';

const REST = 'Point at the chart, or open the table, for single readings.';

/** Things that a chart has beside its rows. */
export interface Around {
  /** Forecasts that follow the rows. */
  readonly fan: readonly FanPoint[];
  readonly labels: readonly LabelSpan[];
}

/** The chart of readings and the one of scores, with one cursor and one line that tells what is below it. */
export class StreamCharts {
  readonly seriesBox: HTMLDivElement = make('div', { class: 'chart', tabindex: 0, role: 'img' });
  readonly scoreBox: HTMLDivElement = make('div', {
    class: 'chart',
    role: 'img',
    'aria-label': 'Anomaly score over the same time; 1 is the threshold',
  });
  readonly readout: HTMLParagraphElement = make('p', { class: 'readout', role: 'status' }, REST);
  readonly #page: Page;
  readonly #stream: Stream;
  #series: Series | undefined;
  #charts: { readonly series: SeriesChart; readonly score: ScoreChart; readonly of: Series } | undefined;
  #row: number | null = null;
  #labels: readonly LabelSpan[] = [];

  constructor(page: Page, stream: Stream) {
    this.#page = page;
    this.#stream = stream;
    this.seriesBox.addEventListener('keydown', (event) => this.#key(event));
  }

  /** @param range both ends of the axis, epoch ms*/
  show(series: Series, [from, to]: readonly [number, number], { fan, labels }: Around): void {
    this.#series = series;
    const { wording } = this.#page;
    const { decimals, info } = this.#stream;
    const onCursor = (row: number | null): void => this.#read(row);
    const scene = { wording, zone: info.zone, onCursor, series, fan, labels, decimals, from, to };
    this.#labels = labels;
    // Another span may be thinned where this one is not: its chart is another one.
    if (this.#charts !== undefined && this.#charts.of !== series) this.destroy();
    if (this.#charts === undefined) {
      const width = this.seriesBox.clientWidth;
      const score = new ScoreChart(this.scoreBox, width, scene);
      this.#charts = { series: new SeriesChart(this.seriesBox, width, scene), score, of: series };
    } else {
      this.#charts.series.show(scene);
      this.#charts.score.show(scene);
    }
  }

  /** @param text what the chart shows, in a sentence */
  describe(text: string): void {
    if (this.seriesBox.getAttribute('aria-label') !== text) this.seriesBox.setAttribute('aria-label', text);
  }

  redraw(): void {
    const width = this.seriesBox.clientWidth;
    this.#charts?.series.resize(width);
    this.#charts?.score.resize(width);
  }

  destroy(): void {
    this.#charts?.series.destroy();
    this.#charts?.score.destroy();
    this.#charts = undefined;
  }

  #key(event: KeyboardEvent): void {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (step === 0 || this.#series === undefined) return;
    event.preventDefault();
    const last = this.#series.length - 1;
    this.#row = Math.min(last, Math.max(0, (this.#row ?? last + 1) + step));
    this.#charts?.series.point(this.#row);
    this.#read(this.#row);
  }

  #read(row: number | null): void {
    this.#row = row;
    setText(this.readout, row === null || this.#series === undefined ? REST : this.#words(this.#series, row));
  }

  #words(series: Series, row: number): string {
    const { numbers, times } = this.#page.wording;
    const { decimals, unit, info } = this.#stream;
    const at = series.ts[row];
    const high = series.high[row] ?? null;
    if (at === undefined || high === null) return REST;
    const low = numbers.format(series.low[row], decimals);
    const reading = numbers.withUnit(high, decimals, unit);
    const lower = numbers.format(series.lower[row], decimals);
    const expected = numbers.format(series.yhat[row], decimals);
    const parts = [`${times.moment(at, info.zone)}: ${series.low[row] === high ? reading : `${low} to ${reading}`}`];
    if (expected !== UNKNOWN)
      parts.push(
        `expected ${expected}${lower === UNKNOWN ? '' : ` (${lower} to ${numbers.format(series.upper[row], decimals)})`}`,
      );
    parts.push(`score ${numbers.format(series.score[row], 1)}`);
    const source = series.sources[series.source[row] ?? -1];
    if (source !== undefined) parts.push(expertWords(source));
    const label = labelOf(this.#labels, at, series.stepMs ?? 0);
    if (label !== undefined) parts.push(`told: ${label}`);
    return parts.join(' · ');
  }
}
