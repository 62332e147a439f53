/** A part of a stream that the API has an address for. */
type StreamPart = 'detail' | 'history' | 'probe';

const PARTS: readonly string[] = ['history', 'probe'] satisfies readonly StreamPart[];
const BEFORE_ID = '/api/streams/';

/** An address below `api/streams/`. */
export interface StreamPath {
  /** Possible ids, the likelier one first. */
  readonly ids: readonly string[];
  readonly part: StreamPart;
}

/**
 * Reads `api/streams/<id>` and `api/streams/<id>/<part>`, the id percent-encoded. Some proxies decode an address once: then an id may have come
 * apart at its slashes, or have lost the encoding that is its own, so that what is there is tried too.
 * @param path as it came, nothing decoded
 */
export function readStreamPath(path: string): StreamPath | undefined {
  const from = path.indexOf(BEFORE_ID);
  if (from < 0) return undefined;
  const rest = path.slice(from + BEFORE_ID.length);
  if (rest === '') return undefined;
  const slash = rest.lastIndexOf('/');
  const last = rest.slice(slash + 1);
  const hasPart = slash > 0 && PARTS.includes(last);
  const written = hasPart ? rest.slice(0, slash) : rest;
  const decoded = decode(written);
  const ids = decoded === undefined ? [written] : [...new Set([decoded, written])];
  return { ids, part: hasPart ? (last as StreamPart) : 'detail' };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
