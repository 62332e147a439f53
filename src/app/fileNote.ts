import { readStateFile, writeStateFile } from '../adapters/store/files/stateFile.ts';
import type { Note } from '../domain/note.ts';
import type { Log } from '../telemetry/log.ts';

/** Log lines about a note. */
export interface NoteWarnings {
  readonly unreadable: string;
  readonly unsaved: string;
}

/** A note as JSON in a file of the state folder. */
export function fileNote(file: string, log: Log, { unreadable, unsaved }: NoteWarnings): Note {
  // A pause each second on a full disk would be a line each second.
  let isFailing = false;
  return {
    read() {
      try {
        return JSON.parse(Buffer.from(readStateFile(file) ?? 'null').toString()) ?? undefined;
      } catch (error) {
        log.warning(unreadable, { error: String(error) });
        return undefined;
      }
    },
    write(value) {
      try {
        writeStateFile(file, Buffer.from(`${JSON.stringify(value)}\n`), { isOfFolder: true });
        isFailing = false;
        return true;
      } catch (error) {
        if (!isFailing) log.warning(unsaved, { error: String(error) });
        isFailing = true;
        return false;
      }
    },
  };
}
