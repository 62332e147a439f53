import { make } from '../../dom/make.ts';
import type { Page, View } from '../../shell/view.ts';
import { headingOf, streamHead } from '../stream/streamHead.ts';

/** The view that tells what a stream's network remembers. */
export function memoryView(page: Page, id: string): View {
  return {
    title: headingOf(page.live.byId.get(id)?.title ?? id, 'memory'),
    content: [
      streamHead(page, id, 'memory'),
      make('p', { class: 'state-box' }, 'The terminal shows it: tidegate probe, with the name of the stream.'),
    ],
    update: () => undefined,
    key: (key) => {
      if (key === 'm') page.go({ view: 'stream', stream: id });
      return key === 'm';
    },
  };
}
