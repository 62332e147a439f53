import { healthCounts, healthMember, healthNumber } from '../../data/health.ts';
import type { Change } from '../../data/live.ts';
import { type Child, fill, make } from '../../dom/make.ts';
import { mark } from '../../dom/marks.ts';
import { pairs, scrolling, table } from '../../dom/table.ts';
import type { Page, View } from '../../shell/view.ts';
import { Doctor } from './doctor.ts';
import { findings } from './findings.ts';
import { LogTail } from './logTail.ts';

type Pair = readonly [Child, Child];

/** The highest level of shedding: then forecasts are left out too. */
const MOST_LEVEL = 6;

/** The view that answers: is the daemon well? */
export function systemView(page: Page): View {
  return new SystemView(page);
}

class SystemView implements View {
  readonly title = 'System';
  readonly content: readonly Element[];
  readonly #page: Page;
  readonly #findings: HTMLUListElement = make('ul', { class: 'alarm-list' });
  readonly #way: HTMLDivElement = make('div');
  readonly #process: HTMLDivElement = make('div');
  readonly #state: HTMLDivElement = make('div');
  readonly #waiting: HTMLDivElement = make('div');
  readonly #dropped: HTMLDivElement = scrolling('Dropped, by reason');
  readonly #log: LogTail;
  readonly #doctor: Doctor;
  #drawn: unknown;

  constructor(page: Page) {
    this.#page = page;
    this.#log = new LogTail(page);
    this.#doctor = new Doctor(page);
    const panel = (heading: string, box: Element): HTMLElement =>
      make('section', { class: 'panel' }, make('h2', {}, heading), box);
    this.content = [
      make('h1', {}, 'System'),
      panel('Findings', this.#findings),
      make(
        'div',
        { class: 'three' },
        panel('Process', this.#process),
        panel('Way of a message', this.#way),
        panel('Dropped, by reason', this.#dropped),
        panel('State on disk', this.#state),
        panel('What waits', this.#waiting),
      ),
      this.#doctor.element,
      this.#log.element,
    ];
  }

  shown(): void {
    this.#page.live.wantLog(true);
    void this.#doctor.load();
  }

  leave(): void {
    this.#page.live.wantLog(false);
    this.#doctor.stop();
  }

  update(changes: ReadonlySet<Change>): void {
    if (changes.has('log') || changes.has('list')) this.#log.update();
    const { health } = this.#page.live;
    if (health === this.#drawn) return;
    this.#drawn = health;
    fill(
      this.#findings,
      ...findings(health, this.#page.wording).map(({ mark: kind, text }) =>
        make('li', {}, mark(kind), make('div', {}, text)),
      ),
    );
    fill(this.#way, pairs(this.#wayOf()));
    fill(this.#process, pairs(this.#processOf()));
    fill(this.#state, pairs(this.#stateOf()));
    fill(this.#waiting, pairs(this.#waitingOf()));
    this.#drawDropped();
  }

  #count(...path: readonly string[]): string {
    return this.#page.wording.numbers.format(healthNumber(this.#page.live.health, ...path));
  }

  #bytes(...path: readonly string[]): string {
    return this.#page.wording.numbers.bytes(healthNumber(this.#page.live.health, ...path));
  }

  #wayOf(): readonly Pair[] {
    return [
      ['messages taken in', this.#count('messages')],
      ['forecasts made', this.#count('forecasts')],
      ['messages published', this.#count('published')],
      ['held back by publish.min_interval', this.#count('withheld')],
      ['labels of classes', this.#count('labels')],
      ['connections to the broker', this.#count('connects')],
      ['connections that it refused', this.#count('refusals')],
    ];
  }

  #processOf(): readonly Pair[] {
    const { health } = this.#page.live;
    const { numbers, times } = this.#page.wording;
    const uptime = healthNumber(health, 'uptime_s');
    const delay = healthNumber(health, 'event_loop_delay_ms');
    const threads = healthMember(health, 'threads');
    const level = healthNumber(health, 'overload_level');
    return [
      ['runs for', times.duration(uptime === null ? null : uptime * 1000)],
      ['memory (RSS)', `${numbers.format(healthNumber(health, 'rss_mb'), 1)} MB`],
      ['of it the heap of JavaScript', `${numbers.format(healthNumber(health, 'heap_mb'), 1)} MB`],
      ['delay of the event loop, 99 of 100 times below', `${numbers.format(delay, 1)} ms`],
      ['CPU, of one core', numbers.percent(healthNumber(health, 'cpu_share'), 1)],
      [
        'learner threads',
        Array.isArray(threads) && threads.length > 0
          ? numbers.format(threads.length)
          : 'none, it learns in the main thread',
      ],
      ...this.#batchesOf(),
      ['work that is shed, level', level === 0 ? 'none' : `${numbers.format(level)} of ${numbers.format(MOST_LEVEL)}`],
      ['readings learned in full', numbers.percent(healthNumber(health, 'learning_share'), 1)],
      ['updates of networks left out', this.#count('updates_skipped')],
      ['networks rolled back', this.#count('networks_rolled_back')],
      ['errors of its own', this.#count('failures')],
    ];
  }

  /** Readings come to the learners in batches. */
  #batchesOf(): readonly Pair[] {
    const { health } = this.#page.live;
    const { numbers } = this.#page.wording;
    if (healthNumber(health, 'batches', 'count') === null) return [];
    const within = (name: string): string => {
      const ms = healthNumber(health, 'batches', name);
      if (ms === null) return 'after more than 10 s';
      return `within ${numbers.format(ms, ms < 1 ? 2 : Number(ms < 10))} ms`;
    };
    return [
      ['readings that are learned at once, on average', numbers.format(healthNumber(health, 'batches', 'readings'), 1)],
      ['half of these batches are answered', within('half_within_ms')],
      ['99 of 100 are', within('most_within_ms')],
    ];
  }

  #stateOf(): readonly Pair[] {
    return [
      ['written within a day', this.#bytes('state', 'bytes_written_day')],
      ['it may write within a day', this.#bytes('limits', 'writes_per_day')],
      ['flushes within a day', this.#count('state', 'flushes_day')],
      ['journal', this.#bytes('state', 'journal_bytes')],
      ['readings not on the medium yet', this.#count('state', 'uncommitted')],
      ['streams stored', this.#count('state', 'streams_stored')],
    ];
  }

  #waitingOf(): readonly Pair[] {
    return [
      ['messages', this.#count('waiting', 'messages')],
      ['their size', this.#bytes('waiting', 'bytes')],
      ['most that may wait', this.#bytes('waiting', 'most_bytes')],
      ['for the journal', this.#bytes('waiting', 'journal_bytes')],
      ['for the state', this.#bytes('waiting', 'state_bytes')],
      ['to go out', this.#bytes('waiting', 'outbound_bytes')],
    ];
  }

  #drawDropped(): void {
    const { health } = this.#page.live;
    const { numbers } = this.#page.wording;
    const counts = [...healthCounts(health, 'dropped'), ...healthCounts(health, 'publish_dropped')];
    const rows = counts.map(([reason, count]) => ({ cells: [reason, numbers.format(count)] }));
    if (rows.length === 0) fill(this.#dropped, make('p', { class: 'muted' }, 'Nothing was dropped.'));
    else
      fill(this.#dropped, table('Dropped, by reason', [{ name: 'reason' }, { name: 'count', isNumber: true }], rows));
  }
}
