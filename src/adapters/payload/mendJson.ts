/** Words of other languages for the words of JSON. Others stay texts: `NaN` and `Infinity` are judged as a reading is. */
const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['null', null],
  ['None', null],
  ['undefined', null],
]);
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
/** Characters that end a word without quotes. */
const WORD_END = /[,:{}[\]"'\n\r]/g;

/**
 * Reads what is nearly JSON, as devices and scripts write it: words without quotes (`NaN`, `nan`, `None`), single quotes, keys without
 * quotes, missing values, a comma too many, control characters in texts. Several objects one after another are an array of them.
 * What is wrong costs the value in which it stands. Where brackets or quotes do not close it is nothing: what is cut may be cut in a number.
 * @param depth levels that are opened at most
 */
export function mendJson(text: string, depth: number): object | undefined {
  const reader = new Mender(text, depth);
  try {
    return reader.roots();
  } catch (error) {
    if (error instanceof Unmendable) return undefined;
    throw error;
  }
}

class Unmendable extends Error {}

class Mender {
  readonly #text: string;
  readonly #depth: number;
  #at = 0;

  constructor(text: string, depth: number) {
    // Clients in C send NULs along.
    this.#text = text.replaceAll('\0', ' ');
    this.#depth = depth;
  }

  roots(): object {
    const roots: object[] = [];
    for (let next = this.#next(); next !== ''; next = this.#next()) {
      if (roots.length > 0 && next === ',') this.#at++;
      else if (next === '{') roots.push(this.#object(this.#depth));
      else if (next === '[' && roots.length === 0) roots.push(this.#array(this.#depth));
      else throw new Unmendable();
    }
    const [first, ...others] = roots;
    if (first === undefined || (others.length > 0 && Array.isArray(first))) throw new Unmendable();
    return others.length === 0 ? first : roots;
  }

  #object(depth: number): object {
    this.#open(depth);
    // A key such as `__proto__` is one as any other.
    const object = Object.create(null) as Record<string, unknown>;
    for (let next = this.#next(); next !== '}'; next = this.#next()) {
      if (next === ',') {
        this.#at++;
        continue;
      }
      const isQuoted = next === '"' || next === "'";
      const key = isQuoted ? this.#quoted(next) : this.#word();
      if ((key === '' && !isQuoted) || this.#next() !== ':') throw new Unmendable();
      this.#at++;
      object[key] = this.#value(depth - 1);
      this.#expectEnd('}');
    }
    this.#at++;
    return object;
  }

  #array(depth: number): unknown[] {
    this.#open(depth);
    const array: unknown[] = [];
    for (let next = this.#next(); next !== ']'; next = this.#next()) {
      array.push(this.#value(depth - 1));
      this.#expectEnd(']');
      if (this.#next() === ',') this.#at++;
    }
    this.#at++;
    return array;
  }

  #open(depth: number): void {
    if (depth < 1) throw new Unmendable();
    this.#at++;
  }

  #value(depth: number): unknown {
    const next = this.#next();
    if (next === '{') return this.#object(depth);
    if (next === '[') return this.#array(depth);
    if (next === '"' || next === "'") return this.#quoted(next);
    const word = this.#word();
    // A value that is missing.
    if (word === '') return null;
    if (NUMBER.test(word)) return Number(word);
    return WORDS.has(word) ? WORDS.get(word) : word;
  }

  #expectEnd(close: string): void {
    const next = this.#next();
    if (next !== ',' && next !== close) throw new Unmendable();
  }

  /** Ends at the quote that began it; control characters stand for themselves. */
  #quoted(quote: string): string {
    let text = '';
    for (let from = ++this.#at; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] as string;
      if (character !== quote && character !== '\\') continue;
      text += this.#text.slice(from, this.#at);
      if (character === quote) {
        this.#at++;
        return text;
      }
      text += this.#escaped();
      from = this.#at + 1;
    }
    throw new Unmendable();
  }

  #escaped(): string {
    const letter = this.#text[++this.#at] ?? '';
    if (letter !== 'u') return ESCAPES[letter] ?? letter;
    const code = /^[\da-fA-F]{4}/.exec(this.#text.slice(this.#at + 1, this.#at + 5))?.[0];
    if (code === undefined) throw new Unmendable();
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(code, 16));
  }

  /** Up to the next mark, without the blanks around. */
  #word(): string {
    WORD_END.lastIndex = this.#at;
    const end = WORD_END.exec(this.#text)?.index ?? this.#text.length;
    const word = this.#text.slice(this.#at, end).trim();
    this.#at = end;
    return word;
  }

  /** The next character that is no blank; empty at the end. */
  #next(): string {
    while (this.#at < this.#text.length && /\s/.test(this.#text[this.#at] as string)) this.#at++;
    return this.#text[this.#at] ?? '';
  }
}
