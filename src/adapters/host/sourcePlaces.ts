import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A place in a module as V8 writes it into a stack: path or URL, line and column, each counted from 1. */
const PLACE = /(file:\/\/)?(\/[^\s()]+\.js):(\d+):(\d+)/g;
/** A line of a stack below its message. */
const FRAME = /^ {4}at /;
const FRAME_OF_NODE = /^ {4}at (?:.*\()?node:/;
/** A map takes milliseconds to read: what was found is kept, of the places that errors come from again and again. */
const MOST_KNOWN = 1000;
const known = new Map<string, string>();

/**
 * @returns the stack of an error, with places in the bundle told as those in its sources where their map lies beside it. A system call that
 * fails later, as for a port that is taken, has places of Node.js alone: they are left out.
 */
export function stackOf(error: Error): string {
  const lines = (error.stack ?? error.message).split('\n');
  const message = lines.findIndex((line) => FRAME.test(line));
  const isOfNode = message > 0 && lines.slice(message).every((line) => FRAME_OF_NODE.test(line));
  return toSourcePlaces((isOfNode ? lines.slice(0, message) : lines).join('\n'));
}

/** Replaces places in the bundle by those in its sources. Of modules without a map beside them the text stays as it is. */
export function toSourcePlaces(stack: string): string {
  return stack.replace(PLACE, (place, scheme: string | undefined, path: string, line: string, column: string) => {
    const found =
      known.get(place) ?? sourceOf(scheme === undefined ? path : `${scheme}${path}`, +line, +column) ?? place;
    if (known.size < MOST_KNOWN) known.set(place, found);
    return found;
  });
}

/** @returns undefined where there is no map, or none of that place */
function sourceOf(module: string, line: number, column: number): string | undefined {
  try {
    const file = module.startsWith('file:') ? fileURLToPath(module) : module;
    const map = JSON.parse(readFileSync(`${file}.map`, 'utf8'));
    // An error is rare: its module is loaded with the first.
    const { SourceMap } = process.getBuiltinModule('node:module');
    const origin = new SourceMap(map).findEntry(line - 1, column - 1);
    if (!('originalSource' in origin)) return undefined;
    const source = relative(dirname(dirname(file)), join(dirname(file), origin.originalSource));
    return `${source}:${origin.originalLine + 1}:${origin.originalColumn + 1}`;
  } catch {
    return undefined;
  }
}
