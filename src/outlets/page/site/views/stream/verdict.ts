import type { ApiStreamDetail } from '../../../api.ts';
import type { AlarmAnswer } from '../../data/answers.ts';
import type { Stream } from '../../data/stream.ts';
import { fill, make, setText } from '../../dom/make.ts';
import { mark } from '../../dom/marks.ts';
import type { Page } from '../../shell/view.ts';
import { alarmWords } from '../../words/alarmWords.ts';
import { stateWords, streamSentence } from '../../words/streamWords.ts';
import { lengthOf, sceneOf } from '../alarms/alarmScene.ts';
import { verdictButtons } from '../alarms/verdict.ts';

/** Score and state of a stream, and the sentence that says whether its newest reading was expected. */
export class Verdict {
  readonly element: HTMLDivElement;
  readonly #page: Page;
  readonly #stream: Stream;
  readonly #tags: HTMLDivElement = make('div', { class: 'row' });
  readonly #say: HTMLParagraphElement = make('p', { class: 'say' });
  readonly #buttons: HTMLDivElement = make('div');
  #alarm: string | number | undefined;
  #shownTags = '';
  sentence = '';

  constructor(page: Page, stream: Stream) {
    this.#page = page;
    this.#stream = stream;
    this.element = make('div', { class: 'verdict-of-stream' }, this.#tags, this.#say, this.#buttons);
  }

  update(detail: ApiStreamDetail | undefined): void {
    const { live } = this.#page;
    const alarm = live.alarms?.find(({ stream }) => stream === this.#stream.id);
    this.#updateTags(detail);
    this.sentence = alarm === undefined ? this.#plain() : this.#ofAlarm(alarm);
    setText(this.#say, this.sentence);
    if (alarm?.id === this.#alarm) return;
    this.#alarm = alarm?.id;
    fill(this.#buttons, alarm !== undefined && verdictButtons(this.#page, alarm, this.#stream.title));
  }

  #plain(): string {
    const { live, wording } = this.#page;
    const { info, y, lower, upper } = this.#stream;
    const now = { ...info, y, yhat_lower: lower, yhat_upper: upper };
    return streamSentence(now, this.#stream.silence(live.now()), wording);
  }

  #ofAlarm(alarm: AlarmAnswer): string {
    const { live, wording } = this.#page;
    const { what, more } = alarmWords(alarm, sceneOf(alarm, live), wording);
    return `Alarm for ${wording.times.duration(lengthOf(alarm, live))}: ${what}. ${more}`;
  }

  #updateTags(detail: ApiStreamDetail | undefined): void {
    const { live, wording } = this.#page;
    const { score, isAlarm, info, at } = this.#stream;
    const state = stateWords((detail ?? info).state, info.silent || this.#stream.silence(live.now()) !== null);
    const scoreText = score === null ? 'no score yet' : `score ${wording.numbers.format(score, 1)}`;
    const every = info.interval_ms === null ? '' : `, every ${wording.times.duration(info.interval_ms)}`;
    const last = at === null ? '' : `last reading ${wording.times.clock(at, info.zone)}${every}`;
    const key = [scoreText, isAlarm, state.text, last].join('|');
    if (key === this.#shownTags) return;
    this.#shownTags = key;
    fill(
      this.#tags,
      make(
        'span',
        { class: isAlarm ? 'tag alarm' : 'tag' },
        isAlarm && mark('alarm'),
        isAlarm ? `alarm · ${scoreText}` : scoreText,
      ),
      make('span', { class: 'tag' }, mark(state.mark), state.text),
      make('span', { class: 'small muted' }, last),
    );
  }
}
