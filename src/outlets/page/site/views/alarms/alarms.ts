import type { AlarmAnswer, AlarmsAnswer } from '../../data/answers.ts';
import { sentenceOf } from '../../data/client.ts';
import type { Change } from '../../data/live.ts';
import { epochOf } from '../../data/stream.ts';
import { button, fill, make, setText } from '../../dom/make.ts';
import { mark } from '../../dom/marks.ts';
import { type Row, scrolling, table } from '../../dom/table.ts';
import { hashOf } from '../../shell/route.ts';
import type { Page, View } from '../../shell/view.ts';
import { causeOf, expectedWords } from '../../words/alarmWords.ts';
import { isoTime } from '../../words/times.ts';
import { lengthOf, sceneOf, titleOf } from './alarmScene.ts';
import { inOrder } from './inOrder.ts';
import { verdictButtons } from './verdict.ts';

/** Rows that are shown at first, and with each press of the button. */
const ROWS = 100;

/** The view that answers: what was strange, and was the alarm right? */
export function alarmsView(page: Page): View {
  return new AlarmsView(page);
}

class AlarmsView implements View {
  readonly title = 'Alarms';
  readonly content: readonly Element[];
  readonly #page: Page;
  readonly #count: HTMLSpanElement = make('span', { class: 'muted', role: 'status' });
  readonly #box: HTMLDivElement = scrolling('Alarms');
  readonly #more: HTMLButtonElement = button('More', () => this.#showMore(), { hidden: true });
  readonly #end = new AbortController();
  #alarms: readonly AlarmAnswer[] | undefined;
  #shown = ROWS;
  #drawnFor: unknown;

  constructor(page: Page) {
    this.#page = page;
    this.#box.classList.add('panel', 'stacked');
    this.content = [make('div', { class: 'head' }, make('h1', {}, 'Alarms'), this.#count), this.#box, this.#more];
  }

  shown(): void {
    void this.#load();
  }

  update(changes: ReadonlySet<Change>): void {
    if (
      changes.has('alarms') ||
      (changes.has('list') && this.#drawnFor !== undefined && this.#drawnFor !== this.#page.live.byId)
    )
      void this.#load();
  }

  leave(): void {
    this.#end.abort();
  }

  async #load(): Promise<void> {
    try {
      const { alarms } = await this.#page.client.get<AlarmsAnswer>('api/alarms', { signal: this.#end.signal });
      this.#alarms = inOrder(alarms);
      this.#draw();
    } catch (error) {
      if (!this.#end.signal.aborted) setText(this.#count, sentenceOf(error));
    }
  }

  #showMore(): void {
    this.#shown += ROWS;
    this.#draw();
  }

  #draw(): void {
    const alarms = this.#alarms ?? [];
    const { numbers } = this.#page.wording;
    this.#drawnFor = this.#page.live.byId;
    const open = alarms.filter(({ end }) => end === null).length;
    setText(
      this.#count,
      alarms.length === 0 ? '' : `${numbers.format(alarms.length)} are kept, ${numbers.format(open)} open`,
    );
    this.#more.hidden = alarms.length <= this.#shown;
    const columns = [
      { name: 'Began' },
      { name: 'Stream' },
      { name: 'Why' },
      { name: 'Lasted' },
      { name: 'Score', isNumber: true },
      { name: 'Your verdict' },
    ];
    const rows = alarms.slice(0, this.#shown).map((alarm) => this.#row(alarm));
    if (alarms.length > 0) fill(this.#box, table('Alarms, open ones first, then the newest', columns, rows));
    else
      fill(
        this.#box,
        make(
          'p',
          {},
          'No alarm is kept. One begins where the score of a stream is above 1 for longer than its hold-off.',
        ),
      );
  }

  #row(alarm: AlarmAnswer): Row {
    const { live, wording } = this.#page;
    const { numbers, times } = wording;
    const scene = sceneOf(alarm, live);
    const { unit, decimals, zone } = scene;
    const start = epochOf(alarm.start);
    const title = titleOf(alarm, live);
    const isOpen = alarm.end === null;
    const length = times.duration(lengthOf(alarm, live));
    const why = `${numbers.withUnit(alarm.y, decimals, unit)}: ${causeOf(alarm, wording)}`;
    const expected = expectedWords(alarm, scene, wording);
    const began = make('time', { datetime: isoTime(start), title: isoTime(start) }, times.moment(start, zone));
    return {
      cells: [
        make('span', { class: 'with-mark' }, mark(isOpen ? 'alarm' : 'idle'), began),
        make('a', { href: hashOf({ view: 'stream', stream: alarm.stream }) }, title),
        make('span', {}, why, expected !== '' && make('small', { class: 'muted below' }, expected)),
        isOpen ? `still open, ${length}` : length,
        numbers.format(alarm.score, 1),
        verdictButtons(this.#page, alarm, title),
      ],
      attributes: { class: isOpen ? 'open' : null },
    };
  }
}
