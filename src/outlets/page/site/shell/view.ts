import type { Delay } from '../../../../domain/time.ts';
import type { Client } from '../data/client.ts';
import type { Change, Live } from '../data/live.ts';
import type { Wording } from '../words/wording.ts';
import type { Route } from './route.ts';

/** Things that views share. */
export interface Page {
  readonly live: Live;
  readonly client: Client;
  readonly wording: Wording;
  readonly delay: Delay;
  /** Tells a screen reader; for alarms, verdicts and the link alone, not for numbers. */
  readonly say: (text: string) => void;
  readonly go: (route: Route) => void;
  /** Draws the view in the next frame. */
  readonly ask: () => void;
}

/** One view of the page. It is made when it is shown and left when another is. */
export interface View {
  /** Heading of the document. */
  readonly title: string;
  readonly content: readonly Element[];
  /** Called once the content stands in the document. */
  shown?(): void;
  /** Called at most once a frame after something came. */
  update(changes: ReadonlySet<Change>): void;
  /** Colours or the size of the window are others now. */
  redraw?(): void;
  leave?(): void;
  /** @returns whether the key was for it */
  key?(key: string): boolean;
}
