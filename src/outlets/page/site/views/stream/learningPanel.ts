import type { ApiStreamDetail } from '../../../api.ts';
import { answering, drawSources } from '../../charts/sourceStrip.ts';
import type { Series } from '../../data/series.ts';
import { epochOf, type Stream } from '../../data/stream.ts';
import { fill, make, setText } from '../../dom/make.ts';
import { type Row, scrolling, table } from '../../dom/table.ts';
import { UNKNOWN } from '../../words/numbers.ts';
import { expertWords, horizonWords } from '../../words/streamWords.ts';
import type { Wording } from '../../words/wording.ts';

/** Quality of the learning: error and coverage of each horizon, who answered when, and what each network does. */
export class LearningPanel {
  readonly element: HTMLElement = make('section', { class: 'panel learning' });
  readonly #wording: Wording;
  readonly #strip: HTMLCanvasElement = make('canvas', { class: 'sources', role: 'img' });
  readonly #names: HTMLUListElement = make('ul', { class: 'lanes' });
  readonly #pause: HTMLElement = make('p', { hidden: true });
  // Made once: a box that has the focus keeps it.
  readonly #horizonBox: HTMLDivElement = scrolling('Errors of each horizon');
  readonly #networkBox: HTMLDivElement = scrolling('Networks');

  constructor(wording: Wording) {
    this.#wording = wording;
    for (const box of [this.#horizonBox, this.#networkBox]) box.classList.add('stacked');
    this.element.append(
      make('h2', {}, 'Learning'),
      make(
        'figure',
        {},
        make('figcaption', {}, 'Who answered when'),
        make('div', { class: 'strip-of-sources' }, this.#names, this.#strip),
      ),
      this.#pause,
      this.#horizonBox,
      this.#networkBox,
    );
  }

  showSources(series: Series, from: number, to: number): void {
    const lanes = answering(series);
    const names = lanes.map((place) => expertWords(series.sources[place] ?? ''));
    fill(this.#names, ...names.map((name) => make('li', {}, name)));
    this.#strip.setAttribute('aria-label', `Who answered in this span: ${names.join(', ') || 'nobody yet'}`);
    drawSources(this.#strip, this.#strip.clientWidth, series, lanes, from, to);
  }

  showDetail(stream: Stream, detail: ApiStreamDetail | undefined): void {
    if (detail === undefined) return;
    this.#pause.hidden = detail.learning.on;
    setText(this.#pause, detail.learning.on ? '' : this.#pauseWords(detail, stream));
    fill(this.#horizonBox, this.#horizons(stream, detail));
    this.#networkBox.hidden = detail.networks.length === 0;
    fill(this.#networkBox, this.#networks(stream, detail));
  }

  #pauseWords({ learning: { until } }: ApiStreamDetail, { info }: Stream): string {
    const end =
      until === null ? 'until it is told to go on' : `until ${this.#wording.times.moment(epochOf(until), info.zone)}`;
    return `Learning rests ${end}. Forecasts go on.`;
  }

  #horizons({ decimals, unit, info }: Stream, { horizons }: ApiStreamDetail): HTMLTableElement {
    const { numbers } = this.#wording;
    const inUnit = unit === '' ? '' : `, ${unit}`;
    const columns = [
      { name: 'horizon' },
      { name: `error${inUnit}`, isNumber: true },
      { name: 'best plain forecast', isNumber: true },
      { name: 'better by', isNumber: true },
      { name: `inside the interval (${numbers.percent(info.interval)} asked for)`, isNumber: true },
      { name: 'who answers' },
    ];
    const rows = horizons.map(({ label, mae, mae_baseline, skill, coverage, source }) => ({
      cells: [
        horizonWords(label, info.interval_ms, this.#wording),
        numbers.format(mae, decimals + 1),
        numbers.format(mae_baseline, decimals + 1),
        numbers.percent(skill, 1),
        numbers.percent(coverage, 1),
        expertWords(source),
      ],
    }));
    return table('Error and coverage of each horizon', columns, rows);
  }

  #networks({ info }: Stream, { networks }: ApiStreamDetail): HTMLTableElement {
    const { numbers, times } = this.#wording;
    const columns = [
      { name: 'network' },
      { name: 'gradient norm (clipped at 1)', isNumber: true },
      { name: 'learning rate', isNumber: true },
      { name: 'updates', isNumber: true },
      { name: 'rolled back within the hour', isNumber: true },
      { name: 'rests until' },
    ];
    const rows = networks.map(
      ({ name, gradient_norm, rate, updates, rolled_back, frozen_until }): Row => ({
        cells: [
          expertWords(name),
          numbers.format(gradient_norm, 2),
          numbers.format(rate, 5),
          numbers.format(updates),
          numbers.format(rolled_back),
          frozen_until === null ? UNKNOWN : times.moment(epochOf(frozen_until), info.zone),
        ],
      }),
    );
    return table('What each network does', columns, rows);
  }
}
