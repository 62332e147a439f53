import { toDurationMs } from '../../../../../domain/time.ts';
import type { Change } from '../../data/live.ts';
import type { Stream } from '../../data/stream.ts';
import { keepChoice, readChoice } from '../../dom/kept.ts';
import { legend } from '../../dom/legend.ts';
import { make, setText } from '../../dom/make.ts';
import { selection } from '../../dom/selection.ts';
import type { Page, View } from '../../shell/view.ts';
import { arrange, FILTERS, type Filter, ORDERS, type Order } from './arrange.ts';
import { CardList, countWords } from './cardList.ts';
import { Facts } from './facts.ts';
import { Notices } from './notices.ts';
import { OpenAlarms } from './openAlarms.ts';
import { SparkLoader } from './sparkLoader.ts';

const TYPING_MS = toDurationMs(80);

/** The first view, which answers: is something wrong, and where? */
export function overviewView(page: Page): View {
  return new Overview(page);
}

class Overview implements View {
  readonly title = 'Overview';
  readonly content: readonly Element[];
  readonly #page: Page;
  readonly #notices: Notices;
  readonly #facts: Facts;
  readonly #alarms: OpenAlarms;
  readonly #list: CardList;
  readonly #sparks: SparkLoader;
  readonly #count: HTMLElement = make('small', { class: 'muted', role: 'status' });
  readonly #empty: HTMLElement = make('p', { class: 'state-box', hidden: true });
  readonly #onScroll = (): void => this.#page.ask();
  #query = readChoice('query') ?? '';
  #order = choiceOf(ORDERS, readChoice('order'), 'strange');
  #filter = choiceOf(FILTERS, readChoice('filter'), 'all');
  #cancelTyping = (): void => undefined;

  constructor(page: Page) {
    this.#page = page;
    this.#notices = new Notices(page.wording);
    this.#facts = new Facts(page.wording);
    this.#alarms = new OpenAlarms(page);
    this.#sparks = new SparkLoader(page);
    this.#list = new CardList(page.wording, (streams) => this.#look(streams));
    const head = make('div', { class: 'head' }, make('h2', {}, 'Streams ', this.#count), this.#tools());
    this.content = [
      make('h1', { class: 'unseen' }, 'Overview'),
      this.#notices.element,
      this.#facts.element,
      this.#alarms.element,
      make('section', { class: 'streams' }, head, cardLegend(), this.#empty, this.#list.element),
    ];
  }

  shown(): void {
    window.addEventListener('scroll', this.#onScroll, { passive: true });
  }

  leave(): void {
    window.removeEventListener('scroll', this.#onScroll);
    this.#cancelTyping();
    this.#sparks.stop();
    this.#page.live.want([]);
  }

  update(changes: ReadonlySet<Change>): void {
    const { live } = this.#page;
    this.#notices.update(live);
    this.#facts.update(live);
    this.#alarms.update();
    if (changes.has('list') || changes.has('alarms')) this.#arrange();
    else this.#list.place();
    if (changes.has('list')) this.#sparks.again();
    else this.#sparks.refresh();
    this.#list.update(live.now());
  }

  redraw(): void {
    this.#list.redraw();
  }

  #look(streams: readonly Stream[]): void {
    this.#page.live.want(streams);
    this.#sparks.want(streams);
  }

  #arrange(): void {
    const { live, wording } = this.#page;
    const groups = arrange(live.streams, {
      query: this.#query,
      order: this.#order,
      filter: this.#filter,
      now: live.now(),
    });
    const found = groups.reduce((sum, { streams }) => sum + streams.length, 0);
    this.#list.show(groups);
    if (!live.isLoaded) return;
    countWords(this.#count, found, live.streams.length, wording);
    this.#empty.hidden = found > 0;
    setText(this.#empty, live.streams.length > 0 ? 'No stream fits what is asked for.' : NO_STREAM);
  }

  #tools(): HTMLElement {
    const search = make('input', {
      type: 'search',
      id: 'search',
      placeholder: 'Find a stream  ( / )',
      'aria-label': 'Find a stream',
      value: this.#query,
    });
    search.value = this.#query;
    search.addEventListener('input', () => {
      this.#cancelTyping();
      this.#cancelTyping = this.#page.delay(() => this.#choose({ query: search.value }), TYPING_MS);
    });
    const order = selection('Order', ORDERS, this.#order, (value) => this.#choose({ order: value }));
    const filter = selection('Filter', FILTERS, this.#filter, (value) => this.#choose({ filter: value }));
    return make('div', { class: 'row tools' }, search, filter, order);
  }

  #choose({
    query = this.#query,
    order = this.#order,
    filter = this.#filter,
  }: {
    query?: string;
    order?: Order;
    filter?: Filter;
  }): void {
    this.#query = query;
    this.#order = order;
    this.#filter = filter;
    keepChoice('query', query);
    keepChoice('order', order);
    keepChoice('filter', filter);
    this.#arrange();
    this.#page.ask();
  }
}

/** The marks of the cards, and the figures whose meaning is not written beside them. */
function cardLegend(): HTMLElement {
  return make(
    'p',
    { class: 'legend small muted' },
    legend('actual', 'readings'),
    legend('band', 'range that was expected of each'),
    legend('forecast', 'what comes next'),
    make('span', {}, 'score: 0 is as expected, from 1 on it is an alarm'),
    make('span', {}, 'plain: the best forecast without a network'),
  );
}

const NO_STREAM =
  'No reading has come yet. `tidegate discover` with the address of the broker lists what sends numbers there; System says what came and was passed over.';

function choiceOf<Names extends object>(names: Names, kept: string | null, otherwise: keyof Names): keyof Names {
  return kept !== null && Object.hasOwn(names, kept) ? (kept as keyof Names) : otherwise;
}
