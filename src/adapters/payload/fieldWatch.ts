import type { Report } from '../../domain/events.ts';

/** A configured field, and whether a message has ever had it. */
export interface FieldSight {
  /** Path as the configuration has it. */
  readonly name: string;
  isSeen: boolean;
}

/** Messages of a single topic without a field, and of a filter for several, after which its path is more likely mistyped than rare. */
const ENOUGH_OF_ONE = 20;
const ENOUGH_OF_MANY = 200;
/** Keys of the last message that are told, and characters of each. */
const MOST_KEYS = 12;
const LONGEST_KEY = 40;

/**
 * Tells once of configured fields that no message of their entry has had, whatever its topic, and of each that comes after that. A
 * message that lacks a field is no fault, so nothing else would tell of a path that is mistyped.
 */
export class FieldWatch {
  readonly #topic: string;
  readonly #report: Report;
  readonly #enough: number;
  /** Those that were not seen yet, as far as is known. */
  #unseen: readonly FieldSight[];
  #messages = 0;

  /** @param topic filter of the entry */
  constructor(topic: string, fields: readonly FieldSight[], report: Report) {
    this.#topic = topic;
    this.#report = report;
    this.#enough = /[+#]/.test(topic) ? ENOUGH_OF_MANY : ENOUGH_OF_ONE;
    this.#unseen = fields;
  }

  /** False once each field was seen. */
  get isOpen(): boolean {
    return this.#unseen.length > 0;
  }

  /** A message of the entry was read. @param root its object; undefined: it is a text */
  took(root: object | undefined): void {
    const isTold = this.#messages >= this.#enough;
    if (this.#unseen.some(({ isSeen }) => isSeen)) this.#drop(isTold);
    if (isTold || ++this.#messages < this.#enough) return;
    for (const { name } of this.#unseen)
      this.#report({
        type: 'FieldNeverSeen',
        topic: this.#topic,
        field: name,
        messages: this.#messages,
        had: keysOf(root),
      });
  }

  #drop(isTold: boolean): void {
    const seen = this.#unseen.filter(({ isSeen }) => isSeen);
    this.#unseen = this.#unseen.filter(({ isSeen }) => !isSeen);
    if (isTold) for (const { name } of seen) this.#report({ type: 'FieldSeen', topic: this.#topic, field: name });
  }
}

/** The fields of a message, as a line of the log can hold them. */
function keysOf(root: object | undefined): string {
  if (root === undefined) return 'a text';
  if (Array.isArray(root)) return 'an array';
  const keys = Object.keys(root);
  const told = keys
    .slice(0, MOST_KEYS)
    .map((key) => (key.length > LONGEST_KEY ? `${key.slice(0, LONGEST_KEY)}…` : key));
  const more = keys.length > MOST_KEYS ? [`and ${keys.length - MOST_KEYS} more`] : [];
  return [...told, ...more].join(', ');
}
