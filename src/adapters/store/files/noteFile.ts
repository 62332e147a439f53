import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identityOf } from './anchors.ts';
import { isHeldHere } from './instanceLock.ts';
import { replaceFile } from './privateFile.ts';

/**
 * A small file of JSON that outlives the process. It is not forced to the medium: that would wear it, and what it says is of no
 * use after a power cut. Where it cannot be read there is no note; where it cannot be written the one before stays. In a folder
 * that has taken the place of the one that it was made for, nothing is noted before the store has taken it: it may be another state's.
 */
export function createNoteFile(file: string): { read(): unknown; write(note: unknown): void } {
  const folder = dirname(file);
  let home = identityOf(`${folder}/.`);

  function isAtHome(): boolean {
    const now = identityOf(`${folder}/.`);
    if (now !== home && isHeldHere(folder)) home = now;
    return now === home;
  }

  return {
    read() {
      try {
        return JSON.parse(readFileSync(file, 'utf8'));
      } catch {
        return undefined;
      }
    },
    write(note) {
      if (!isAtHome()) return;
      try {
        const bytes = new TextEncoder().encode(JSON.stringify(note));
        replaceFile(file, bytes, { isOfFolder: true, isDurable: false });
      } catch {
        // A full disk; the store's own attempts tell of it.
      }
    },
  };
}
