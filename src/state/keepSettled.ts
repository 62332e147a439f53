import type { Redeliveries, SettledNote } from './log/redeliveries.ts';
import type { NoteFile } from './suspects.ts';

/**
 * What the broker has seen of the acknowledgements is noted for the next process, once for all of a turn. It is no part of the journal: a batch with
 * nothing else would be a write to the medium for each sign of life. Without the note more messages count as ones that may come again.
 */
export function keepSettled(redeliveries: Redeliveries, note: NoteFile): void {
  const found = readNote(note.read());
  if (found !== undefined) redeliveries.resume(found);
  let isDue = false;
  redeliveries.onSettled = () => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      note.write(redeliveries.settled);
    });
  };
}

function readNote(note: unknown): SettledNote | undefined {
  const fields = (typeof note === 'object' && note !== null ? note : {}) as Record<string, unknown>;
  const { settled, setsDup, everSetDup = setsDup } = fields;
  if (typeof settled !== 'number' || typeof setsDup !== 'boolean') return undefined;
  return { settled, setsDup, everSetDup: everSetDup === true };
}
