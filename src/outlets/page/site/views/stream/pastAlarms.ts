import type { AlarmAnswer } from '../../data/answers.ts';
import { epochOf, type Stream } from '../../data/stream.ts';
import { fill, make } from '../../dom/make.ts';
import { mark } from '../../dom/marks.ts';
import type { Page } from '../../shell/view.ts';
import { causeOf } from '../../words/alarmWords.ts';
import { isoTime } from '../../words/times.ts';
import { lengthOf } from '../alarms/alarmScene.ts';

/** Alarms that the panel has; the view of alarms has all. */
const MOST_SHOWN = 5;

/** The newest alarms of a stream. */
export class PastAlarms {
  readonly element: HTMLElement = make('section', { class: 'panel', hidden: true });
  readonly #page: Page;
  #shown: unknown;

  constructor(page: Page) {
    this.#page = page;
  }

  update(stream: Stream, alarms: readonly AlarmAnswer[] | undefined): void {
    if (alarms === undefined || alarms === this.#shown) return;
    this.#shown = alarms;
    this.element.hidden = alarms.length === 0;
    const { live, wording } = this.#page;
    const rows = alarms.slice(0, MOST_SHOWN).map((alarm) => {
      const start = epochOf(alarm.start);
      const began = wording.times.moment(start, stream.info.zone);
      const length = wording.times.duration(lengthOf(alarm, live));
      const reading = wording.numbers.withUnit(alarm.y, stream.decimals, stream.unit);
      const verdict = alarm.verdict == null ? '' : ` · you said: ${alarm.verdict}`;
      return make(
        'li',
        {},
        mark(alarm.end === null ? 'alarm' : 'idle'),
        make(
          'div',
          {},
          make('time', { datetime: isoTime(start), title: isoTime(start) }, began),
          make('span', { class: 'muted' }, alarm.end === null ? ' · goes on' : ` · lasted ${length}`),
        ),
        make('div', { class: 'why small' }, `${reading}: ${causeOf(alarm, wording)}${verdict}`),
      );
    });
    fill(
      this.element,
      make('h2', {}, 'Alarms of this stream'),
      make('ul', { class: 'alarm-list', 'aria-label': 'Newest alarms of this stream' }, ...rows),
    );
  }
}
