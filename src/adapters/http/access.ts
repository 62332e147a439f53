import type { HeaderOf } from './sameOrigin.ts';
import type { HttpSettings } from './settings.ts';

/** The cookie's value is made of the token: another token ends all sessions, and a restart none. */
const PURPOSE = 'tidegate page session 1';
/** Wrong tokens in a minute that one address may send; then no token of it counts for a while, and only sessions do. */
const MOST_FAILURES = 10;
const MINUTE_MS = 60_000;
/** Wrong tokens that are remembered. */
const MOST_REMEMBERED = 1000;

type Rules = Pick<HttpSettings, 'token' | 'userHeader' | 'port'>;

/** Somebody who asks. */
export interface Asker {
  readonly headerOf: HeaderOf;
  /** Address of the other end. */
  readonly from: string;
  /** Moment of the request, ms of a clock that only runs forward. */
  readonly now: number;
}

/** Decides who is let in. The rules are asked each time: they may change. */
export class Access {
  readonly #rules: () => Rules;
  /** Oldest first. */
  #failures: { readonly from: string; readonly at: number }[] = [];

  constructor(rules: () => Rules) {
    this.#rules = rules;
  }

  /** Somebody has to show something. */
  get isGuarded(): boolean {
    const { token, userHeader } = this.#rules();
    return token !== undefined || userHeader !== undefined;
  }

  mayPass(asker: Asker): boolean | 'too-many' {
    const { headerOf } = asker;
    const { token, userHeader } = this.#rules();
    if (!this.isGuarded) return true;
    if (userHeader !== undefined && (headerOf(userHeader) ?? '') !== '') return true;
    if (token === undefined) return false;
    const session = cookieOf(headerOf('cookie'), this.cookieName);
    if (session !== undefined && areEqual(session, sessionOf(token))) return true;
    const bearer = /^Bearer +(\S+)$/i.exec(headerOf('authorization') ?? '')?.[1];
    if (bearer === undefined) return false;
    return this.#judge(bearer, token, asker);
  }

  /** @returns the value of the cookie for a right token */
  logIn(token: string, asker: Asker): string | false | 'too-many' {
    const { token: own } = this.#rules();
    if (own === undefined) return false;
    const verdict = this.#judge(token, own, asker);
    return verdict === true ? sessionOf(own) : verdict;
  }

  /** Cookies are not kept apart by port: another daemon on the computer has another name. */
  get cookieName(): string {
    return `tidegate-${this.#rules().port}`;
  }

  #judge(shown: string, own: string, { from, now }: Pick<Asker, 'from' | 'now'>): boolean | 'too-many' {
    this.#failures = this.#failures.filter(({ at }) => now - at < MINUTE_MS);
    if (this.#failures.filter((failure) => failure.from === from).length >= MOST_FAILURES) return 'too-many';
    if (areEqual(shown, own)) return true;
    if (this.#failures.length >= MOST_REMEMBERED) this.#failures.shift();
    this.#failures.push({ from, at: now });
    return false;
  }
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

function sessionOf(token: string): string {
  const { createHmac } = process.getBuiltinModule('node:crypto');
  return createHmac('sha256', token).update(PURPOSE).digest('base64url');
}

/** In the same time wherever they differ. */
function areEqual(one: string, other: string): boolean {
  const { createHash, timingSafeEqual } = process.getBuiltinModule('node:crypto');
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
