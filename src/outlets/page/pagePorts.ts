import type { Desk } from '../bridge/requests/desk.ts';
import type { OutletContext } from '../outlet.ts';
import type { EventStream } from './events/eventStream.ts';
import type { HistoryBook } from './history/historyBook.ts';
import type { LabelBook } from './labelBook.ts';
import type { PageStreams } from './pageStreams.ts';

/** Everything that the routes of the page work with. */
export interface PagePorts {
  readonly context: OutletContext;
  readonly version: string;
  readonly streams: PageStreams;
  readonly history: HistoryBook;
  readonly labels: LabelBook;
  /** JSON of the health of now. */
  readonly health: () => string;
  readonly desk: Desk;
  readonly events: EventStream;
}
