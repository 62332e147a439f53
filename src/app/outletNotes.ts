import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { NO_NOTE, type Note } from '../domain/note.ts';
import type { Log } from '../telemetry/log.ts';
import { fileNote } from './fileNote.ts';

export interface OutletNotesOptions {
  readonly config: Config;
  readonly log: Log;
  /** True where the state folder is ours. */
  readonly keepsFolder: boolean;
}

/** The notes of outlets: `<name>.json` in the state folder. */
export function outletNotes({ config, log, keepsFolder }: OutletNotesOptions): (name: string) => Note {
  return (name) => {
    if (!keepsFolder) return NO_NOTE;
    const warnings = {
      unreadable: `note ${name} unreadable: it begins anew`,
      unsaved: `note ${name} not saved: a restart does not know it`,
    };
    return fileNote(join(config.state.dir, `${name}.json`), log, warnings);
  };
}
