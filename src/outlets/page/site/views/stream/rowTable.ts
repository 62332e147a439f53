import { type LabelSpan, labelOf } from '../../data/labels.ts';
import type { Series } from '../../data/series.ts';
import type { Stream } from '../../data/stream.ts';
import { button, fill, make, setText } from '../../dom/make.ts';
import { type Row, scrolling, table } from '../../dom/table.ts';
import { UNKNOWN } from '../../words/numbers.ts';
import { expertWords } from '../../words/streamWords.ts';
import { isoTime } from '../../words/times.ts';
import type { Wording } from '../../words/wording.ts';

/** Rows of a page of the table. */
const PAGE_ROWS = 60;

/** The rows of a chart as a table, newest first, in pages. */
export class RowTable {
  readonly element: HTMLDivElement;
  // Made once: what has the focus keeps it.
  readonly #box: HTMLDivElement = scrolling('Rows of the chart');
  readonly #newer: HTMLButtonElement = button('Newer', () => this.#turn(-1));
  readonly #older: HTMLButtonElement = button('Older', () => this.#turn(1));
  readonly #place: HTMLElement = make('small', { class: 'muted', role: 'status' });
  readonly #pager: HTMLDivElement = make('div', { class: 'row' }, this.#newer, this.#older, this.#place);
  readonly #wording: Wording;
  #shown: readonly [Series, Stream, readonly LabelSpan[]] | undefined;
  #page = 0;
  isOpen = false;

  constructor(wording: Wording) {
    this.#wording = wording;
    this.element = make('div', { class: 'rows', id: 'rows', hidden: true }, this.#box, this.#pager);
  }

  show(series: Series, stream: Stream, labels: readonly LabelSpan[]): void {
    this.#shown = [series, stream, labels];
    this.element.hidden = !this.isOpen;
    if (!this.isOpen) return;
    const places = placesOf(series);
    const pages = Math.max(1, Math.ceil(places.length / PAGE_ROWS));
    this.#page = Math.min(this.#page, pages - 1);
    const shown = places.slice(this.#page * PAGE_ROWS, (this.#page + 1) * PAGE_ROWS);
    const unit = stream.unit === '' ? '' : `, ${stream.unit}`;
    const columns = [
      { name: 'Time' },
      { name: `Reading${unit}`, isNumber: true },
      { name: 'Expected', isNumber: true },
      { name: 'Interval', isNumber: true },
      { name: 'Score', isNumber: true },
      { name: 'Who answered' },
    ];
    const rows = shown.map((place) => this.#row(series, place, stream, labels));
    fill(this.#box, table('Rows of the chart, newest first', columns, rows));
    this.#pager.hidden = pages < 2;
    this.#newer.disabled = this.#page === 0;
    this.#older.disabled = this.#page === pages - 1;
    setText(this.#place, `page ${this.#page + 1} of ${pages}`);
  }

  #turn(step: number): void {
    this.#page = Math.max(0, this.#page + step);
    if (this.#shown !== undefined) this.show(...this.#shown);
  }

  #row(series: Series, i: number, { decimals, info }: Stream, labels: readonly LabelSpan[]): Row {
    const { numbers, times } = this.#wording;
    const at = series.ts[i] as number;
    const low = numbers.format(series.low[i], decimals);
    const high = numbers.format(series.high[i], decimals);
    const lower = numbers.format(series.lower[i], decimals);
    const source = series.sources[series.source[i] ?? -1];
    const label = labelOf(labels, at, series.stepMs ?? 0);
    return {
      cells: [
        make('time', { datetime: isoTime(at), title: isoTime(at) }, times.moment(at, info.zone)),
        low === high ? low : `${low} to ${high}`,
        numbers.format(series.yhat[i], decimals),
        lower === UNKNOWN ? lower : `${lower} to ${numbers.format(series.upper[i], decimals)}`,
        numbers.format(series.score[i], 1),
        `${source === undefined ? UNKNOWN : expertWords(source)}${series.alarm[i] ? ' · alarm' : ''}${label === undefined ? '' : ` · told: ${label}`}`,
      ],
      attributes: { class: series.alarm[i] ? 'alarm' : null },
    };
  }
}

/** Places of the rows that have a reading, newest first: a gap is none. */
function placesOf(series: Series): readonly number[] {
  const places: number[] = [];
  for (let i = series.length - 1; i >= 0; i--) if (series.high[i] !== null) places.push(i);
  return places;
}
