import { labelSpans } from '../../data/labels.ts';
import type { Change } from '../../data/live.ts';
import type { Stream } from '../../data/stream.ts';
import { keepChoice, readChoice } from '../../dom/kept.ts';
import { legend } from '../../dom/legend.ts';
import { button, make, setText } from '../../dom/make.ts';
import type { Page } from '../../shell/view.ts';
import { LearningPanel } from './learningPanel.ts';
import { PastAlarms } from './pastAlarms.ts';
import { RowTable } from './rowTable.ts';
import { SidePanels } from './sidePanels.ts';
import { axisRange, SPANS, type Span } from './spans.ts';
import { StreamCharts } from './streamCharts.ts';
import { StreamData } from './streamData.ts';
import { streamHead } from './streamHead.ts';
import { Verdict } from './verdict.ts';

/** Everything that the view of one stream shows. */
export class StreamPanels {
  readonly content: readonly Element[];
  readonly #page: Page;
  readonly #data: StreamData;
  readonly #verdict: Verdict;
  readonly #charts: StreamCharts;
  readonly #table: RowTable;
  readonly #learning: LearningPanel;
  readonly #side: SidePanels;
  readonly #alarms: PastAlarms;
  readonly #legend: HTMLSpanElement = make('span');
  readonly #labelKey: HTMLElement = legend('label', 'label that was told');
  readonly #fault: HTMLParagraphElement = make('p', { class: 'fault', hidden: true });
  readonly #spanButtons: readonly HTMLButtonElement[];
  readonly #tableButton: HTMLButtonElement;
  #version = -1;
  #drawn: unknown;
  #drawnDetail: unknown;

  constructor(page: Page, stream: Stream) {
    this.#page = page;
    this.#data = new StreamData(
      page,
      stream,
      SPANS.find(({ key }) => key === readChoice('span')) ?? (SPANS[1] as Span),
    );
    this.#verdict = new Verdict(page, stream);
    this.#charts = new StreamCharts(page, stream);
    this.#table = new RowTable(page.wording);
    this.#learning = new LearningPanel(page.wording);
    this.#side = new SidePanels(page.wording);
    this.#alarms = new PastAlarms(page);
    this.#side.element.append(this.#alarms.element);
    this.#spanButtons = SPANS.map((span) =>
      button(span.text, () => this.#choose(span), { 'aria-pressed': `${span === this.#data.span}` }),
    );
    this.#tableButton = button('Table', () => this.#toggleTable(), {
      'aria-expanded': 'false',
      'aria-controls': 'rows',
    });
    const main = make('div', {}, this.#chartPanel(stream), this.#scorePanel(), this.#learning.element);
    this.content = [
      streamHead(page, stream.id, 'stream'),
      this.#verdict.element,
      make('div', { class: 'split' }, main, this.#side.element),
    ];
  }

  /** To be called once the content stands in the document. */
  load(): void {
    this.#data.start(this.#charts.seriesBox.clientWidth);
  }

  update(changes: ReadonlySet<Change>): void {
    const { stream, detail } = this.#data;
    this.#verdict.update(detail);
    if (changes.has('alarms')) void this.#data.loadAlarms();
    this.#alarms.update(stream, this.#data.alarms);
    this.#fault.hidden = this.#data.fault === '';
    setText(this.#fault, this.#data.fault);
    const isNew = this.#version !== stream.version || this.#drawn !== this.#data.series;
    if (isNew || this.#drawnDetail !== detail || changes.has('list')) this.#draw();
    if (isNew || this.#drawnDetail !== detail) this.#side.update(stream, detail);
    if (this.#drawnDetail !== detail) this.#learning.showDetail(stream, detail);
    this.#drawnDetail = detail;
  }

  redraw(): void {
    this.#charts.redraw();
    this.#draw();
  }

  leave(): void {
    this.#data.stop();
    this.#charts.destroy();
  }

  key(key: string): boolean {
    const span = SPANS.find((one) => one.key === key);
    if (span !== undefined) this.#choose(span);
    else if (key === 't') this.#toggleTable();
    else return false;
    return true;
  }

  #draw(): void {
    const { stream } = this.#data;
    this.#version = stream.version;
    this.#data.grow();
    const { series } = this.#data;
    this.#drawn = series;
    if (series === undefined) return;
    const { fan, now } = this.#data.ahead;
    const range = axisRange(this.#data.span, now, series.ts[0] ?? null, fan.at(-1)?.at ?? null);
    const labels = labelSpans(this.#data.detail);
    this.#labelKey.hidden = !labels.some(({ from, to }) => to >= range[0] && from <= range[1]);
    this.#charts.show(series, range, { fan, labels });
    this.#charts.describe(`${stream.title}: ${this.#verdict.sentence}`);
    setText(
      this.#legend,
      series.stepMs === null ? 'reading' : `least to most of each ${this.#page.wording.times.duration(series.stepMs)}`,
    );
    this.#table.show(series, stream, labels);
    this.#learning.showSources(series, range[0], range[1]);
  }

  #choose(span: Span): void {
    SPANS.forEach((one, i) => {
      this.#spanButtons[i]?.setAttribute('aria-pressed', `${one === span}`);
    });
    keepChoice('span', span.key);
    this.#data.choose(span);
  }

  #toggleTable(): void {
    this.#table.isOpen = !this.#table.isOpen;
    this.#tableButton.setAttribute('aria-expanded', `${this.#table.isOpen}`);
    if (this.#data.series !== undefined) this.#draw();
  }

  #chartPanel({ unit, info }: Stream): HTMLElement {
    const interval = `${this.#page.wording.numbers.percent(info.interval)} interval`;
    const spans = make('div', { class: 'row', role: 'group', 'aria-label': 'Span' }, ...this.#spanButtons);
    return make(
      'figure',
      { class: 'panel' },
      make(
        'figcaption',
        {},
        make('strong', {}, `Reading and forecast${unit === '' ? '' : `, ${unit}`}`),
        ...[
          legend('actual', this.#legend),
          legend('forecast', 'expected before it came'),
          legend('band', interval),
          legend('alarm', 'alarm'),
          this.#labelKey,
        ],
      ),
      make('div', { class: 'pair tools' }, spans, this.#tableButton),
      this.#charts.seriesBox,
      this.#charts.readout,
      this.#fault,
      this.#table.element,
    );
  }

  #scorePanel(): HTMLElement {
    const caption = make(
      'figcaption',
      {},
      make('strong', {}, 'Anomaly score'),
      make('span', {}, '0 is as expected, above 1 is strange'),
    );
    return make('figure', { class: 'panel' }, caption, this.#charts.scoreBox);
  }
}
