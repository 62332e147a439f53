import { Client } from '../data/client.ts';
import { type Change, Live } from '../data/live.ts';
import { Frames } from '../dom/frames.ts';
import { fill, setText } from '../dom/make.ts';
import { timerDelay } from '../dom/timerDelay.ts';
import { createWording, type Wording } from '../words/wording.ts';
import { showKeyList } from './keyList.ts';
import { listenToKeys } from './keys.ts';
import { LinkStatus } from './linkStatus.ts';
import { loginForm } from './login.ts';
import { Navigation } from './navigation.ts';
import { hashOf, type Route, routeOf } from './route.ts';
import { followTheme, toggleTheme } from './theme.ts';
import type { Page, View } from './view.ts';

/** Makes the view of a route. */
export type MakeView = (page: Page, route: Route) => View;

/** The frame around the views: head, navigation, keys, the link to the daemon, and the one view that is shown. */
export class Shell {
  readonly #makeView: MakeView;
  readonly #main: HTMLElement = elementOf('main');
  readonly #live: Live;
  readonly #client: Client;
  readonly #frames: Frames;
  readonly #page: Page;
  readonly #navigation: Navigation;
  readonly #status: LinkStatus;
  readonly #changes = new Set<Change>();
  #view: View | undefined;
  #route: Route = { view: 'overview' };
  #isLocked = false;

  constructor(makeView: MakeView) {
    this.#makeView = makeView;
    const wording: Wording = createWording(navigator.languages);
    const say = (text: string): void => setText(elementOf('live'), text);
    this.#client = new Client(() => this.#lock());
    this.#frames = new Frames(() => this.#draw());
    this.#live = new Live(this.#client, timerDelay, (change) => this.#changed(change));
    this.#navigation = new Navigation(elementOf('nav'));
    this.#status = new LinkStatus(elementOf('link'), elementOf('banner'), wording, say);
    const go = (route: Route): void => {
      location.hash = hashOf(route);
    };
    const ask = (): void => this.#changed('readings');
    this.#page = { live: this.#live, client: this.#client, wording, delay: timerDelay, say, go, ask };
  }

  /** Shows the view of the address, and asks the daemon for what it shows. */
  start(): void {
    this.#listen();
    this.#show();
    void this.#live.start();
    this.#tick();
  }

  #listen(): void {
    window.addEventListener('hashchange', () => this.#show());
    window.addEventListener('resize', () => this.#redraw());
    followTheme(() => this.#redraw());
    elementOf('theme').addEventListener('click', () => this.#toggleTheme());
    elementOf('help').addEventListener('click', () => this.#help());
    document.querySelector('.skip')?.addEventListener('click', (event) => {
      // The fragment of the address is the route.
      event.preventDefault();
      this.#main.focus();
    });
    listenToKeys({
      go: (view) => this.#page.go({ view }),
      step: (places) => this.#step(places),
      search: () => this.#search(),
      theme: () => this.#toggleTheme(),
      help: () => this.#help(),
      view: (key) => void this.#view?.key?.(key),
    });
  }

  #show(): void {
    if (this.#isLocked) return;
    const isFirst = this.#view === undefined;
    this.#view?.leave?.();
    this.#route = routeOf(location.hash);
    const view = this.#makeView(this.#page, this.#route);
    this.#view = view;
    fill(this.#main, ...view.content);
    document.title = `${view.title} · tidegate`;
    this.#navigation.show(this.#route);
    view.shown?.();
    if (!isFirst) {
      window.scrollTo(0, 0);
      this.#main.focus({ preventScroll: true });
    }
    this.#changed('list');
  }

  #changed(change: Change): void {
    this.#changes.add(change);
    this.#frames.ask();
  }

  #draw(): void {
    const changes = new Set(this.#changes);
    this.#changes.clear();
    this.#navigation.count(this.#live.alarms?.length);
    this.#status.update(this.#live);
    if (changes.size > 0) this.#view?.update(changes);
    if (this.#view !== undefined) document.title = `${this.#view.title} · tidegate`;
  }

  /** Ages grow though nothing comes. */
  #tick(): void {
    this.#changed('link');
    timerDelay(() => this.#tick(), 1000 as Parameters<typeof timerDelay>[1]);
  }

  #redraw(): void {
    this.#view?.redraw?.();
    this.#changed('list');
  }

  #toggleTheme(): void {
    toggleTheme();
    this.#redraw();
  }

  #help(): void {
    showKeyList(elementOf('keys') as HTMLDialogElement);
  }

  #search(): void {
    const field = document.getElementById('search');
    if (field !== null) {
      // At once: letters that come meanwhile would be taken for keys of the page.
      field.focus();
      return;
    }
    this.#page.go({ view: 'overview' });
    // The view is made once the address has changed.
    timerDelay(() => document.getElementById('search')?.focus(), 0 as Parameters<typeof timerDelay>[1]);
  }

  #step(places: 1 | -1): void {
    const { streams } = this.#live;
    if (streams.length === 0) return;
    const shown = 'stream' in this.#route ? this.#route.stream : undefined;
    const now = streams.findIndex(({ id }) => id === shown);
    const next = now < 0 ? (places > 0 ? 0 : streams.length - 1) : (now + places + streams.length) % streams.length;
    const view = this.#route.view === 'memory' ? 'memory' : 'stream';
    this.#page.go({ view, stream: (streams[next] as { id: string }).id });
  }

  #lock(): void {
    if (this.#isLocked) return;
    this.#isLocked = true;
    this.#view?.leave?.();
    this.#live.stop();
    document.title = 'tidegate';
    fill(
      this.#main,
      loginForm(this.#client, () => {
        this.#isLocked = false;
        this.#view = undefined;
        this.#show();
        void this.#live.start();
      }),
    );
    document.getElementById('token')?.focus();
  }
}

/** @throws Error where the document has no such element */
function elementOf(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the document has no element ${id}`);
  return element;
}
