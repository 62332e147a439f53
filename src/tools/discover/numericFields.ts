/** What counts as a reading. The words of the decoder, given as functions: adapters do not know each other. */
export interface ReadingRules {
  /** The number that a whole payload says as text; undefined if it is none. */
  readNumber(text: string): number | undefined;
  /** Whether a plain number on this topic is about the device and not about the world. */
  isHousekeepingValue(topic: string): boolean;
  /** Whether a JSON key is, with all below it. */
  isHousekeepingKey(key: string, holdsObject: boolean): boolean;
}

export interface NumericField {
  /** Dotted path; undefined: the payload itself is the number. */
  readonly path: string | undefined;
  readonly value: number;
}

/** Levels of keys. The positions in an array of plain numbers come on top, as in the decoder. */
const DEEPEST = 3;
/** Members looked at in one message. */
const MAX_MEMBERS = 2_000;
/** The configuration takes no longer path. */
const LONGEST_PATH = 256;

/** The numbers in one payload that a configuration can name. Never throws; of an array of records it reads the first. */
export function listNumericFields(topic: string, text: string, rules: ReadingRules): NumericField[] {
  const number = rules.readNumber(text);
  if (number !== undefined) return rules.isHousekeepingValue(topic) ? [] : [{ path: undefined, value: number }];
  const json = parseJson(text);
  const root: unknown = Array.isArray(json) ? json[0] : json;
  return typeof root === 'object' && root !== null ? walk(root, rules) : [];
}

function walk(root: object, rules: ReadingRules): NumericField[] {
  const fields = new Map<string, number>();
  let membersLeft = MAX_MEMBERS;
  const visit = (holder: object, prefix: string, depth: number) => {
    for (const [key, value] of Object.entries(holder)) {
      if (--membersLeft < 0) return;
      const path = prefix === '' ? key : `${prefix}.${key}`;
      const holdsObject = typeof value === 'object' && value !== null;
      if (!isNameable(path) || rules.isHousekeepingKey(key, holdsObject)) continue;
      if (holdsObject) {
        if (depth < DEEPEST + Number(Array.isArray(value))) visit(value, path, depth + 1);
      } else if (typeof value === 'number' && Number.isFinite(value) && (depth <= DEEPEST || Array.isArray(holder))) {
        if (!fields.has(path)) fields.set(path, value);
      }
    }
  };
  visit(root, '', 1);
  return [...fields].map(([path, value]) => ({ path, value }));
}

const PROTOTYPE_STEPS: readonly string[] = ['__proto__', 'prototype', 'constructor'];

/** Whether a configuration may hold this path. */
function isNameable(path: string): boolean {
  if (path.length > LONGEST_PATH || /\p{Cs}/u.test(path)) return false;
  return path.split('.').every((step) => step !== '' && !PROTOTYPE_STEPS.includes(step));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
