import type { RepeatDetector } from '../domain/receipt.ts';
import type { NoteFile } from './poisonDetector.ts';

/**
 * Notes for the next process what the source has seen of the acknowledgements, once for all of a turn. The note is no part of the
 * journal: a batch with nothing else would be a write to the medium for each sign of life. Without the note more messages count as
 * ones that may come again.
 */
export function noteSettled(repeats: RepeatDetector, note: NoteFile): void {
  repeats.load(note.read());
  let isDue = false;
  repeats.onChange = () => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      note.write(repeats.save());
    });
  };
}
