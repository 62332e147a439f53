import { drawSpark, SPARK_HEIGHT, sparkLabel } from '../../charts/spark.ts';
import type { Stream } from '../../data/stream.ts';
import { fill, make, setAttributes, setText } from '../../dom/make.ts';
import { mark } from '../../dom/marks.ts';
import { hashOf } from '../../shell/route.ts';
import { expertWords, horizonWords, skillWords } from '../../words/streamWords.ts';
import type { Wording } from '../../words/wording.ts';

/** A card of five lines: name and score, reading and next forecast, picture, skill, who answers and age. */
export class Card {
  readonly stream: Stream;
  readonly element: HTMLLIElement;
  readonly #wording: Wording;
  readonly #score: HTMLSpanElement = make('span', { class: 'tag' });
  readonly #value: HTMLSpanElement = make('span');
  readonly #next: HTMLElement = make('small', { class: 'muted' });
  readonly #better: HTMLSpanElement = make('span', { class: 'better' });
  readonly #skill: HTMLSpanElement = make('span');
  readonly #who: HTMLElement = make('small', { class: 'muted' });
  readonly #picture: HTMLCanvasElement = make('canvas', { class: 'spark', height: SPARK_HEIGHT, role: 'img' });
  #version = -1;
  #drawnWidth = 0;

  constructor(stream: Stream, wording: Wording) {
    this.stream = stream;
    this.#wording = wording;
    const { device, field } = stream;
    const link = make(
      'a',
      { href: hashOf({ view: 'stream', stream: stream.id }) },
      device,
      field !== '' && make('span', {}, ` · ${field}`),
    );
    setAttributes(this.#picture, { 'aria-label': sparkLabel(stream.title) });
    this.element = make(
      'li',
      { class: 'panel card' },
      make('div', { class: 'title' }, make('h3', { title: stream.id }, link), this.#score),
      make(
        'div',
        { class: 'pair' },
        make('p', { class: 'big' }, this.#value, make('small', {}, ` ${stream.unit}`)),
        this.#next,
      ),
      this.#picture,
      make('div', { class: 'pair small' }, make('span', {}, this.#better, this.#skill), this.#who),
    );
  }

  /** @param width of the picture, CSS pixels; it is drawn where its own stream has something new, or its size is another one */
  update(now: number, width: number): void {
    this.#age(now);
    if (this.#version === this.stream.version && this.#drawnWidth === width) return;
    this.#version = this.stream.version;
    this.#drawnWidth = width;
    this.#texts();
    const { recent, pictureFan } = this.stream;
    if (recent !== undefined) drawSpark(this.#picture, width, recent, pictureFan);
  }

  /** Draws it anew with the next update. */
  forget(): void {
    this.#version = -1;
  }

  #texts(): void {
    const { stream } = this;
    const { numbers } = this.#wording;
    setText(this.#value, numbers.format(stream.y, stream.decimals));
    const next = stream.fan[0];
    const range =
      next === undefined || next.lower === null
        ? ''
        : ` (${numbers.format(next.lower, stream.decimals)} to ${numbers.format(next.upper, stream.decimals)})`;
    const label = next === undefined ? '' : horizonWords(next.label, stream.info.interval_ms, this.#wording);
    setText(
      this.#next,
      next === undefined
        ? ''
        : `${/^\d/.test(label) ? 'in ' : ''}${label}: ${numbers.format(next.mean, stream.decimals)}${range}`,
    );
    const { better, text } = skillWords(stream.info.skill, this.#wording);
    setText(this.#better, better ?? '');
    setText(this.#skill, better === null ? text : ` ${text}`);
    this.#scores();
  }

  #scores(): void {
    const { isAlarm, score } = this.stream;
    this.element.classList.toggle('opened', isAlarm);
    this.#score.classList.toggle('alarm', isAlarm);
    const text = this.#wording.numbers.format(score, 1);
    if (isAlarm) fill(this.#score, mark('alarm'), `alarm · ${text}`);
    else setText(this.#score, score === null ? 'warming up' : `score ${text}`);
  }

  #age(now: number): void {
    const { stream } = this;
    const { times } = this.#wording;
    const own = stream.hasOwnClock(now) ? times.moment(stream.at, stream.info.zone) : null;
    const age = stream.at === null ? 'no reading yet' : (own ?? times.age(now - stream.at));
    const isLate = stream.info.silent || stream.silence(now) !== null;
    this.#who.classList.toggle('late', isLate);
    setText(this.#who, `${isLate ? 'silent' : expertWords(stream.source)} · ${age}`);
  }
}
