import { make, setAttributes, setText } from '../dom/make.ts';
import { hashOf, type Route } from './route.ts';

const ENTRIES = [
  ['overview', 'Overview'],
  ['alarms', 'Alarms'],
  ['system', 'System'],
  ['configuration', 'Configuration'],
] as const;

/** The four entries, with the number of open alarms. */
export class Navigation {
  readonly #links = new Map<string, HTMLAnchorElement>();
  readonly #count: HTMLSpanElement = make('span', { class: 'count', hidden: true });

  constructor(nav: HTMLElement) {
    for (const [view, name] of ENTRIES) {
      const link = make('a', { href: hashOf({ view }) }, make('span', {}, name), view === 'alarms' && this.#count);
      this.#links.set(view, link);
      nav.append(link);
    }
  }

  show({ view }: Route): void {
    const entry = view === 'stream' || view === 'memory' ? 'overview' : view;
    for (const [name, link] of this.#links) setAttributes(link, { 'aria-current': name === entry ? 'page' : null });
  }

  /** @param open number of open alarms; undefined: not known */
  count(open: number | undefined): void {
    this.#count.hidden = open === undefined || open === 0;
    setText(this.#count, `${open ?? ''}`);
    setAttributes(this.#count, { 'aria-label': open === 1 ? '1 open' : `${open} open`, role: 'img' });
  }
}
