import { RequestError } from '../../../domain/requestErrors.ts';

/** A value by which the sender knows the answer; it is given back as it came. */
export type Transaction = string | number | boolean;

export interface RequestText {
  readonly transaction: Transaction | undefined;
  /** Members beside the transaction; a text or number in place of an object is the member that the command names first. */
  readonly content: unknown;
  /** Fault that can only be told once it is known whom to answer; undefined: none. */
  readonly fault: RequestError | undefined;
}

/** Bytes of a request. */
const LONGEST_REQUEST = 16_384;
const LONGEST_TRANSACTION = 256;
const DEEPEST = 8;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Reads the payload of a request: nothing, a JSON value, or a bare word as Zigbee2MQTT takes it. Never throws. */
export function readRequest(payload: Uint8Array): RequestText {
  if (payload.length > LONGEST_REQUEST) return faulty('TG_REQUEST_TOO_LARGE');
  let text: string;
  try {
    text = UTF8.decode(payload).trim();
  } catch {
    return faulty('TG_REQUEST_INVALID', 'the payload is not UTF-8 text');
  }
  if (text === '') return { transaction: undefined, content: {}, fault: undefined };
  // JSON.parse has no bound of its own for nesting, and the search for it costs nothing in 16 KB.
  if (isDeep(text)) return faulty('TG_REQUEST_TOO_LARGE');
  try {
    return fromJson(JSON.parse(text));
  } catch {
    if (/^[[{"]/.test(text)) return faulty('TG_REQUEST_INVALID', 'the payload is not valid JSON');
    return { transaction: undefined, content: text, fault: undefined };
  }
}

function fromJson(value: unknown): RequestText {
  if (typeof value !== 'object' || value === null) return { transaction: undefined, content: value, fault: undefined };
  if (Array.isArray(value)) return faulty('TG_REQUEST_INVALID', 'the payload is a list where an object is expected');
  const { transaction, ...content } = value as Readonly<Record<string, unknown>>;
  if (transaction === undefined || transaction === null) return { transaction: undefined, content, fault: undefined };
  if (isTransaction(transaction)) return { transaction, content, fault: undefined };
  return faulty(
    'TG_REQUEST_INVALID',
    `transaction: expected text of at most ${LONGEST_TRANSACTION} characters, or a number`,
  );
}

function isTransaction(value: unknown): value is Transaction {
  if (typeof value === 'string') return value.length <= LONGEST_TRANSACTION;
  return typeof value === 'number' || typeof value === 'boolean';
}

function isDeep(text: string): boolean {
  let depth = 0;
  let isText = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isText) {
      if (character === '\\') i++;
      else if (character === '"') isText = false;
    } else if (character === '"') isText = true;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth > DEEPEST) return true;
  }
  return false;
}

function faulty(code: RequestError['code'], message?: string): RequestText {
  return { transaction: undefined, content: undefined, fault: new RequestError(code, message) };
}
