import { make } from '../../dom/make.ts';
import { hashOf } from '../../shell/route.ts';
import type { Page } from '../../shell/view.ts';

/** Where we are, the heading, and the two views of a stream. @param shown the one that is shown */
export function streamHead({ live }: Page, id: string, shown: 'stream' | 'memory'): HTMLElement {
  const stream = live.byId.get(id);
  const tab = (view: 'stream' | 'memory', text: string): HTMLElement =>
    make(
      'a',
      { class: 'button', href: hashOf({ view, stream: id }), 'aria-current': view === shown ? 'page' : null },
      text,
    );
  const overview = make('a', { href: hashOf({ view: 'overview' }) }, 'Overview');
  const path = make(
    'p',
    { class: 'small' },
    overview,
    ' / ',
    make('span', { class: 'muted' }, stream?.info.topic ?? id),
  );
  const tabs = make(
    'nav',
    { class: 'row', 'aria-label': 'This stream' },
    tab('stream', 'Forecast'),
    tab('memory', 'Memory'),
  );
  return make(
    'div',
    {},
    path,
    make('div', { class: 'head' }, make('h1', {}, headingOf(stream?.title ?? id, shown)), tabs),
  );
}

/** Heading of a view of a stream. */
export function headingOf(title: string, shown: 'stream' | 'memory'): string {
  return shown === 'memory' ? `What ${title} remembers` : title;
}
