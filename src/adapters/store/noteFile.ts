import { readFileSync } from 'node:fs';
import { replaceFile } from './privateFile.ts';

/**
 * A small file of JSON that outlives the process. It is not forced to the medium: that would wear it, and what it says is of no
 * use after a power cut. Where it cannot be read there is no note; where it cannot be written the one before stays.
 */
export function createNoteFile(file: string): { read(): unknown; write(note: unknown): void } {
  return {
    read() {
      try {
        return JSON.parse(readFileSync(file, 'utf8'));
      } catch {
        return undefined;
      }
    },
    write(note) {
      try {
        const bytes = new TextEncoder().encode(JSON.stringify(note));
        replaceFile(file, bytes, { isOfFolder: true, isDurable: false });
      } catch {
        // A full disk; the store's own attempts tell of it.
      }
    },
  };
}
