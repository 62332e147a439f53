import { closeSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TopicNotes } from '../../../domain/topicNotes.ts';
import { type FileIdentity, identityOf, identityOfOpen } from './anchors.ts';
import { writeAll } from './durableFile.ts';
import { isHeldHere } from './instanceLock.ts';
import { openExisting, replaceFile } from './privateFile.ts';
import { WriteMeter } from './writeMeter.ts';

/** Lines beyond twice the topics that are noted: then the file is written anew. */
const MOST_SPARE_LINES = 1000;
const LINE = /^([+-])([^\0]+)$/;

interface OpenFile {
  readonly handle: number;
  readonly identity: FileIdentity;
  bytes: number;
  lines: number;
}

/**
 * Topics in a file of lines, `+topic` and `-topic`, each appended before its call returns. It outlives the process; it is not forced
 * to the medium. A line that cannot be read is none. What cannot be written now is written with the next change that can: in a
 * folder that has taken the place of the one that it was made for, not before the store has taken it, as it may be another state's.
 */
export class TopicsFile implements TopicNotes {
  readonly #file: string;
  readonly #topics = new Set<string>();
  #open: OpenFile | undefined;
  readonly #meter = new WriteMeter();

  constructor(file: string) {
    this.#file = file;
  }

  read(): readonly string[] | undefined {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch {
      return undefined;
    }
    // What follows the last line break is a line that was not written to its end.
    for (const line of text.split('\n').slice(0, -1)) {
      const [, sign, topic] = LINE.exec(line) ?? [];
      if (topic === undefined) continue;
      if (sign === '+') this.#topics.add(topic);
      else this.#topics.delete(topic);
    }
    return [...this.#topics];
  }

  /** An estimate from above: the file system writes several changes at once where they come soon after each other. */
  get bytesWritten(): number {
    return this.#meter.bytesWritten;
  }

  add(topic: string): void {
    this.#topics.add(topic);
    this.#note(`+${topic}\n`);
  }

  remove(topic: string): void {
    this.#topics.delete(topic);
    this.#note(`-${topic}\n`);
  }

  close(): void {
    if (this.#open !== undefined) closeSync(this.#open.handle);
    this.#open = undefined;
  }

  #note(line: string): void {
    try {
      const open = this.#open;
      const isLong = open !== undefined && open.lines > 2 * this.#topics.size + MOST_SPARE_LINES;
      if (open === undefined || isLong || identityOf(this.#file) !== open.identity) {
        this.#writeAnew();
        return;
      }
      const bytes = Buffer.from(line);
      writeAll(open.handle, bytes, open.bytes);
      this.#count(open.bytes, bytes.length);
      open.bytes += bytes.length;
      open.lines++;
    } catch {
      // A full disk; the store's own attempts tell of it.
      this.close();
    }
  }

  #count(place: number, length: number): void {
    this.#meter.write(place, length);
    this.#meter.flushFile();
  }

  #writeAnew(): void {
    this.close();
    if (!isHeldHere(dirname(this.#file))) return;
    const bytes = Buffer.from([...this.#topics].map((topic) => `+${topic}\n`).join(''));
    replaceFile(this.#file, bytes, { isOfFolder: true, isDurable: false });
    this.#count(0, bytes.length);
    const handle = openExisting(this.#file, 'write');
    this.#open = { handle, identity: identityOfOpen(handle), bytes: bytes.length, lines: this.#topics.size };
  }
}
