import type * as v from 'valibot';
import { UNSAFE_KEYS } from '../scalars/fieldPath.ts';
import { configSchema } from '../schema/configSchema.ts';
import { closest } from './closest.ts';

/** Harmless part of a line, by its text alone. */
export interface Harmless {
  /** Characters from its start. */
  readonly end: number;
  /** Where the value begins that is not, if a key stands before it: it may go on in the next lines. */
  readonly valueAt: number | undefined;
  /** The kind of line that may follow without a key. */
  readonly next: IsHarmless;
}

export type IsHarmless = (text: string) => boolean;

/**
 * Options whose values may be secrets. An address is one as a whole: no rule on a line of text tells a host from a password that
 * someone put before it. Every other option of the schema is harmless with its value.
 */
export const SECRETS: ReadonlySet<string> = new Set(['server', 'user', 'password', 'key', 'token']);
/** A key; not the scheme of an address. */
const KEY = /(["']?)([\w.-]+)\1\s*:(?!\/\/)/g;
/** Options of other programs that people try here. */
const OPTIONS_ELSEWHERE: ReadonlySet<string> = new Set(
  'api_key broker clean clean_session discovery foo host id ip keep_alive login name passwd password_file passwort path port prefix psk pw reject_unauthorized retain secret ssl tls token topics type url username ws'.split(
    ' ',
  ),
);

/**
 * True where the name of an option that is none of ours may be printed: it is one of ours mistyped, or one that other programs have.
 * Any other word in the place of an option may be a part of a secret.
 */
export function isHarmlessName(name: string): boolean {
  if (OPTIONS_ELSEWHERE.has(name) || UNSAFE_KEYS.includes(name)) return true;
  options ??= readOptions();
  return closest(name, options.all) !== undefined;
}

/** Holds at the start of a file, and where only options may stand. */
export const noWord: IsHarmless = (text) => /^[\s\-{}[\],?&*]*$/.test(text);
const noAddress: IsHarmless = (text) => !text.includes('://');

interface Options {
  readonly all: ReadonlySet<string>;
  readonly plain: ReadonlySet<string>;
  /** Those that hold others. A value of their own is a mistake, and may be anything. */
  readonly sections: ReadonlySet<string>;
}

let options: Options | undefined;

/**
 * Our own options and their values are harmless, but for those in SECRETS. Comments are not: people keep old passwords in them.
 * @param before what the line may hold before its first key
 */
export function harmlessUpTo(line: string, before: IsHarmless): Harmless {
  options ??= readOptions();
  let at = 0;
  let isHarmless = before;
  for (const match of line.matchAll(KEY)) {
    const start = match.index;
    if (!isHarmless(line.slice(at, start))) return { end: at, valueAt: at, next: noWord };
    const name = match[2];
    at = start + match[0].length;
    if (options.plain.has(name)) isHarmless = noAddress;
    else if (options.sections.has(name)) isHarmless = noWord;
    else {
      const isKnown = SECRETS.has(name) || isHarmlessName(name);
      return { end: isKnown ? skipBlanks(line, at) : start, valueAt: at, next: noWord };
    }
  }
  const rest = line.slice(at).replace(/(^|\s)#.*$/s, '$1');
  if (isHarmless(rest)) return { end: at + rest.length, valueAt: undefined, next: isHarmless };
  return { end: skipBlanks(line, at), valueAt: at, next: noWord };
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (at < line.length && /\s/.test(line.charAt(at))) at++;
  return at;
}

function readOptions(): Options {
  const plain = new Set<string>();
  const sections = new Set<string>();
  const all = new Set<string>();
  collect(configSchema, (name, isSection) => {
    all.add(name);
    if (!SECRETS.has(name)) (isSection ? sections : plain).add(name);
  });
  return { all, plain, sections };
}

/** The parts of a valibot schema that can hold keys. */
interface Shape {
  readonly wrapped?: v.GenericSchema;
  readonly entries?: Readonly<Record<string, v.GenericSchema>>;
  readonly item?: v.GenericSchema;
  readonly value?: v.GenericSchema;
  readonly options?: readonly unknown[];
}

function collect(schema: v.GenericSchema, take: (name: string, isSection: boolean) => void): void {
  const { wrapped, entries = {}, item, value, options: choices = [] } = schema as Shape;
  for (const [name, entry] of Object.entries(entries)) {
    take(name, isSection(entry));
    collect(entry, take);
  }
  for (const inner of [wrapped, item, value, ...choices]) if (isSchema(inner)) collect(inner, take);
}

function isSection(schema: v.GenericSchema): boolean {
  const { wrapped, entries, item } = schema as Shape;
  if (wrapped !== undefined) return isSection(wrapped);
  return entries !== undefined || (item !== undefined && isSection(item));
}

function isSchema(part: unknown): part is v.GenericSchema {
  return typeof part === 'object' && part !== null && 'kind' in part && part.kind === 'schema';
}
