import type { AlarmAnswer } from '../../data/answers.ts';
import { fill, make, setText } from '../../dom/make.ts';
import { mark } from '../../dom/marks.ts';
import { hashOf } from '../../shell/route.ts';
import type { Page } from '../../shell/view.ts';
import { alarmWords } from '../../words/alarmWords.ts';
import { lengthOf, sceneOf, titleOf } from '../alarms/alarmScene.ts';
import { verdictButtons } from '../alarms/verdict.ts';

/** Alarms that the overview shows. */
const MOST_SHOWN = 5;

interface Item {
  readonly alarm: AlarmAnswer;
  readonly element: HTMLLIElement;
  readonly update: () => void;
}

/** Open alarms, newest first, each with its sentence and the buttons of the verdict. */
export class OpenAlarms {
  readonly element: HTMLElement = make('section', { class: 'panel alarms', 'aria-labelledby': 'open-alarms' });
  readonly #page: Page;
  #items: readonly Item[] = [];
  #shown = '';

  constructor(page: Page) {
    this.#page = page;
    fill(this.element, make('h2', { id: 'open-alarms' }, 'Open alarms'));
  }

  update(): void {
    const { alarms } = this.#page.live;
    this.element.hidden = alarms === undefined;
    if (alarms === undefined) return;
    const key = JSON.stringify(
      alarms
        .slice(0, MOST_SHOWN)
        .map(({ id, stream }) => [id, stream])
        .concat([[alarms.length, '']]),
    );
    if (key !== this.#shown) {
      if (this.#shown !== '') this.#tell(alarms);
      this.#shown = key;
      this.#make(alarms);
    }
    for (const { update } of this.#items) update();
  }

  #tell(alarms: readonly AlarmAnswer[]): void {
    const before = new Set(this.#items.map(({ alarm }) => alarm.id));
    const begun = alarms.find(({ id }) => !before.has(id));
    if (begun !== undefined) this.#page.say(`Alarm: ${titleOf(begun, this.#page.live)}.`);
    else if (alarms.length < before.size) this.#page.say('An alarm has ended.');
  }

  #make(alarms: readonly AlarmAnswer[]): void {
    this.element.classList.toggle('opened', alarms.length > 0);
    const count = this.#page.wording.numbers.format(alarms.length);
    const heading =
      alarms.length === 0 ? 'No open alarm' : alarms.length === 1 ? '1 open alarm' : `${count} open alarms`;
    const all = make(
      'a',
      { class: 'small', href: hashOf({ view: 'alarms' }) },
      alarms.length > MOST_SHOWN ? `and ${alarms.length - MOST_SHOWN} more` : 'All alarms',
    );
    this.#items = alarms.slice(0, MOST_SHOWN).map((alarm) => this.#item(alarm));
    fill(
      this.element,
      make('div', { class: 'head' }, make('h2', { id: 'open-alarms' }, heading), all),
      alarms.length > 0 && make('ul', { class: 'alarm-list' }, ...this.#items.map(({ element }) => element)),
    );
  }

  #item(alarm: AlarmAnswer): Item {
    const { live, wording } = this.#page;
    const title = titleOf(alarm, live);
    const what = make('span');
    const length = make('span', { class: 'muted' });
    const more = make('div', { class: 'why' });
    const link = make('a', { href: hashOf({ view: 'stream', stream: alarm.stream }) }, title);
    const element = make(
      'li',
      {},
      mark('alarm'),
      make('div', {}, link, ' ', what, length),
      more,
      verdictButtons(this.#page, alarm, title),
    );
    const update = (): void => {
      const words = alarmWords(alarm, sceneOf(alarm, live), wording);
      setText(what, words.what);
      setText(more, words.more);
      setText(length, ` · for ${wording.times.duration(lengthOf(alarm, live))}`);
    };
    return { alarm, element, update };
  }
}
