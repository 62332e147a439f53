import type { AlarmAnswer } from '../../data/answers.ts';
import { epochOf, type Stream } from '../../data/stream.ts';
import { fill, make } from '../../dom/make.ts';
import { table } from '../../dom/table.ts';
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
      return {
        cells: [
          make('time', { datetime: isoTime(start), title: isoTime(start) }, began),
          `${reading}: ${causeOf(alarm.channel)}`,
          alarm.end === null ? 'open' : length,
        ],
      };
    });
    const columns = [{ name: 'began' }, { name: 'why' }, { name: 'lasted', isNumber: true }];
    fill(this.element, make('h2', {}, 'Alarms of this stream'), table('Newest alarms of this stream', columns, rows));
  }
}
