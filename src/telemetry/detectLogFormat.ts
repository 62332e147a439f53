import { fstatSync } from 'node:fs';
import type { LogOptions } from './log.ts';

/** The format that suits the reader of our messages. */
export function detectLogFormat({ env, stream }: Pick<LogOptions, 'env' | 'stream'>): 'pretty' | 'journald' | 'json' {
  const journal = env['JOURNAL_STREAM'];
  if (journal !== undefined && stream.fd !== undefined && journal === placeOf(stream.fd)) return 'journald';
  return stream.isTTY ? 'pretty' : 'json';
}

/**
 * systemd names device and inode of the journal's socket (systemd.exec(5)). Only if our stream is that socket does anyone read
 * priorities: a child whose output was redirected inherits the variable all the same.
 */
function placeOf(fd: number): string | undefined {
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    // A closed descriptor is not the journal.
    return undefined;
  }
}
