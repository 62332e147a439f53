import { HttpError } from '../../../adapters/http/httpError.ts';
import type { HttpContext } from '../../../adapters/http/parts.ts';

/** Streams that one request names. */
const MOST_NAMED = 1000;

/** A whole number within bounds, both included. @throws HttpError TG_HTTP_INVALID */
export function readWhole(
  c: HttpContext,
  name: string,
  { from, to }: { readonly from: number; readonly to: number },
): number | undefined {
  const text = c.req.query(name);
  if (text === undefined || text === '') return undefined;
  const value = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  throw new HttpError('TG_HTTP_INVALID', `${name}: expected a whole number from ${from} to ${to}`);
}

/** Numbers with commas between; undefined: not asked for. @throws HttpError TG_HTTP_INVALID */
export function readIndices(c: HttpContext, name: string): readonly number[] | undefined {
  const text = c.req.query(name);
  if (text === undefined) return undefined;
  if (text === '') return [];
  const parts = text.split(',', MOST_NAMED + 1);
  if (parts.length > MOST_NAMED || !parts.every((part) => /^\d{1,10}$/.test(part)))
    throw new HttpError('TG_HTTP_INVALID', `${name}: expected at most ${MOST_NAMED} whole numbers with commas between`);
  return [...new Set(parts.map(Number))];
}
