import type { Note } from '../../src/domain/note.ts';

/** A note that outlives the outlet: as text, as a file would have it. */
export function memoryNote(notes: Map<string, string>, name: string): Note {
  return {
    read: () => JSON.parse(notes.get(name) ?? 'null') ?? undefined,
    write(value) {
      notes.set(name, JSON.stringify(value));
      return true;
    },
  };
}
