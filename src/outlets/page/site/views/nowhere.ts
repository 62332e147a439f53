import { make } from '../dom/make.ts';
import { hashOf } from '../shell/route.ts';
import type { View } from '../shell/view.ts';

/** The view of an address that is none. */
export function nowhereView(): View {
  const overview = make('a', { href: hashOf({ view: 'overview' }) }, 'the overview');
  return {
    title: 'No such view',
    content: [make('h1', {}, 'No such view'), make('p', {}, 'This address shows nothing. There is ', overview, '.')],
    update: () => undefined,
  };
}
