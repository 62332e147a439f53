import type { AlarmNews } from '../../domain/events.ts';
import type { StreamId } from '../../domain/streamId.ts';

type AlarmStart = Extract<AlarmNews, { readonly type: 'AlarmStarted' }>;
type AlarmEnd = Extract<AlarmNews, { readonly type: 'AlarmEnded' }>;

/** News of one alarm. One of the two may be missing: it was told in the life before. */
export interface Told {
  readonly at: number;
  started?: AlarmStart;
  ended?: AlarmEnd;
}

/** Alarms that one stream may have in the rows of one batch before their forecasts come. */
const MOST_OF_STREAM = 4;

/** News of alarms, kept until the forecasts of these rows have come: those of another thread come behind all news of their batch. */
export class ToldAlarms {
  readonly #told = new Map<StreamId, Told[]>();

  note(stream: StreamId, news: AlarmNews): void {
    const ofStream = this.#told.get(stream) ?? [];
    this.#told.set(stream, ofStream);
    let told = ofStream.find(({ at }) => at === news.start);
    if (told === undefined) {
      told = { at: news.start };
      ofStream.push(told);
      if (ofStream.length > MOST_OF_STREAM) ofStream.shift();
    }
    if (news.type === 'AlarmStarted') told.started = news;
    else told.ended = news;
  }

  /** The newest alarm that had started by then; undefined: none was told. */
  by(stream: StreamId, at: number): Told | undefined {
    return this.#told.get(stream)?.findLast((told) => told.at <= at);
  }

  /** News of that alarm. */
  of(stream: StreamId, start: number): Told | undefined {
    return this.#told.get(stream)?.find(({ at }) => at === start);
  }

  /** The alarm has ended, and what was told of it and of those before is not needed any more. */
  forgetUpTo(stream: StreamId, start: number): void {
    const left = this.#told.get(stream)?.filter(({ at }) => at > start) ?? [];
    if (left.length > 0) this.#told.set(stream, left);
    else this.#told.delete(stream);
  }

  /** The stream has left. */
  drop(stream: StreamId): void {
    this.#told.delete(stream);
  }
}
