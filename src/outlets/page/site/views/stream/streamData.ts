import { toDurationMs } from '../../../../../domain/time.ts';
import type { ApiHistory, ApiStreamDetail } from '../../../api.ts';
import type { AlarmAnswer, AlarmsAnswer } from '../../data/answers.ts';
import { sentenceOf } from '../../data/client.ts';
import { newestFirst } from '../../data/openAlarms.ts';
import { Series } from '../../data/series.ts';
import type { FanPoint, Stream } from '../../data/stream.ts';
import type { Page } from '../../shell/view.ts';
import { type Span, spanEnd } from './spans.ts';

/** Facts that no event brings are asked for again in this time. */
const DETAIL_MS = toDurationMs(10_000);
/** A thinned span is asked for again in this time: what it begins with leaves in buckets. */
const THINNED_MS = toDurationMs(60_000);
/** Rows that lack readings are asked for again in this time. */
const REFRESH_MS = toDurationMs(1000);
const LEAST_POINTS = 200;
const MOST_POINTS = 1200;

/** Data of the view of a stream: its rows of a span, which grow with each reading, and the facts that no event brings. */
export class StreamData {
  readonly stream: Stream;
  span: Span;
  /** undefined until it has come. */
  series: Series | undefined;
  detail: ApiStreamDetail | undefined;
  /** Alarms of the stream, the newest first; undefined until they have come. */
  alarms: readonly AlarmAnswer[] | undefined;
  /** The sentence of what went wrong last; empty: nothing. */
  fault = '';
  readonly #page: Page;
  readonly #end = new AbortController();
  #asked = 0;
  #cancels: (() => void)[] = [];
  #points = MOST_POINTS;
  #isResting = false;
  /** Newest reading when the rows were last asked for: they hold all up to it. */
  #completeTo: number | null = null;
  #fan: readonly FanPoint[] = [];

  constructor(page: Page, stream: Stream, span: Span) {
    this.#page = page;
    this.stream = stream;
    this.span = span;
  }

  /** Loads everything. @param width of the chart in CSS pixels: two of them are a bucket where the span is thinned */
  start(width: number): void {
    this.#points = Math.min(MOST_POINTS, Math.max(LEAST_POINTS, Math.round(width)));
    void this.#loadDetail();
    void this.loadSeries();
    void this.loadAlarms();
  }

  async loadAlarms(): Promise<void> {
    const answer = await this.#get<AlarmsAnswer>('api/alarms', { stream: this.stream.id });
    if (answer === undefined) return;
    this.alarms = newestFirst(answer.alarms.filter(({ stream }) => stream === this.stream.id));
    this.#page.ask();
  }

  choose(span: Span): void {
    this.span = span;
    void this.loadSeries();
  }

  /** Takes the newest reading of the stream into the rows. */
  grow(): void {
    const { ms } = this.span;
    if (this.stream.isLeftOut && this.stream.at !== this.#completeTo) this.#refresh();
    if (this.stream.isLeftOut && this.series?.stepMs === null) {
      // The forecasts that were known with the answer may be over by its newest row.
      const last = this.#fan.at(-1)?.at ?? 0;
      if (last <= (this.series.newest ?? 0)) this.#fan = this.stream.fan;
      return;
    }
    this.series?.add(this.stream, ms === null ? Number.NEGATIVE_INFINITY : this.now() - ms);
  }

  /** The forecasts that follow the rows, and the end of the past, epoch ms: where rows are left out, those of the last answer. */
  get ahead(): { readonly fan: readonly FanPoint[]; readonly now: number } {
    const newest = this.series?.newest ?? null;
    if (this.stream.isLeftOut && newest !== null) return { fan: this.#fan, now: newest };
    return { fan: this.stream.fan, now: Math.max(this.now(), newest ?? 0) };
  }

  /** The rows between are at the daemon. */
  #refresh(): void {
    if (this.#isResting) return;
    this.#isResting = true;
    this.#after(REFRESH_MS, () => {
      this.#isResting = false;
      void this.loadSeries();
    });
  }

  /** The end of the span, epoch ms: now, or the newest reading where none is within the span. */
  now(): number {
    const now = this.stream.timeOf(this.#page.live.now());
    return spanEnd(this.span, now, this.stream.at);
  }

  stop(): void {
    this.#end.abort();
    for (const cancel of this.#cancels) cancel();
  }

  async loadSeries(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const newest = this.stream.at;
    const { ms } = this.span;
    const now = Math.round(this.now());
    const query = { id: this.stream.id, from: ms === null ? undefined : now - ms, points: this.#points };
    const answer = await this.#get<ApiHistory>('api/stream/history', query);
    // Another span was chosen meanwhile.
    if (answer === undefined || asked !== this.#asked) return;
    this.series = new Series(answer);
    this.#completeTo = newest;
    this.#fan = this.stream.fan;
    this.grow();
    this.#page.ask();
    if (this.series.stepMs === null) return;
    this.#after(THINNED_MS, () => {
      if (asked === this.#asked) void this.loadSeries();
    });
  }

  async #loadDetail(): Promise<void> {
    if (!document.hidden) {
      const detail = await this.#get<ApiStreamDetail>('api/stream', { id: this.stream.id });
      if (detail !== undefined) {
        this.detail = detail;
        this.stream.take(detail, this.#page.live.now());
      }
      this.#page.ask();
    }
    this.#after(DETAIL_MS, () => void this.#loadDetail());
  }

  async #get<Answer>(
    path: string,
    query: Readonly<Record<string, string | number | undefined>>,
  ): Promise<Answer | undefined> {
    try {
      const answer = await this.#page.client.get<Answer>(path, { query, signal: this.#end.signal });
      this.fault = '';
      return answer;
    } catch (error) {
      this.fault = sentenceOf(error);
      return undefined;
    }
  }

  #after(wait: ReturnType<typeof toDurationMs>, run: () => void): void {
    if (!this.#end.signal.aborted) this.#cancels.push(this.#page.delay(run, wait));
  }
}
