import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Name → hash of every file in a folder whose name matches. */
export function hashesOf(folder: string, name: RegExp): Record<string, string> {
  const files = readdirSync(folder).filter((entry) => name.test(entry) && statSync(join(folder, entry)).isFile());
  return Object.fromEntries(
    files.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex'),
    ]),
  );
}
