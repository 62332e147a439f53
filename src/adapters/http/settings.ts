/** Rules of the listener. */
export interface HttpSettings {
  readonly address: string;
  readonly port: number;
  /** Secret that lets a client in; undefined: see `userHeader`. */
  readonly token: string | undefined;
  /** Lower-case name of a header by which a proxy says who asks; undefined, and no token: everybody is let in. */
  readonly userHeader: string | undefined;
  /** Lower-case names by which it may be called, beside those of every listener. */
  readonly hosts: readonly string[];
  /** Path below which everything is answered too, without a slash at its end; undefined: none. */
  readonly base: string | undefined;
}

/** Bounds of what a stranger can make the listener hold. */
export const HTTP_LIMITS = {
  /** Connections at once. A browser opens up to six. */
  connections: 64,
  /** Bytes of the headers of a request, and their number. */
  headerBytes: 16_384,
  headers: 100,
  /** Bytes of the body of a request. */
  bodyBytes: 16_384,
  /** Until the headers, and until all of a request, have come. */
  headersMs: 10_000,
  requestMs: 20_000,
  /** A connection without a request. */
  keepAliveMs: 5000,
  /** A connection over which nothing goes; the events have a beat. */
  silenceMs: 60_000,
  requestsPerConnection: 1000,
} as const;
