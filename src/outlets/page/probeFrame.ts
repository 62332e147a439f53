import type { MemoryProbe, Probe } from '../../domain/memoryProbe.ts';

/**
 * A look into a memory as bytes: the length of the head in four bytes, the head, which is JSON padded with blanks to whole words, and
 * float32 numbers, all little-endian. The head has `arrays`, names and lengths of what follows in their order: the states, each (T, H),
 * and `halfLives`, `importance`, `reach`. What is not known is null in the head. Both sides of the page use this file.
 */
interface Head extends Omit<MemoryProbe, Float32s | 'times' | 'readings' | 'horizon' | 'halfLife' | 'shares'> {
  readonly times: readonly (number | null)[];
  readonly readings: readonly (number | null)[];
  readonly horizon: number | null;
  readonly halfLife: number | null;
  readonly shares: Shares;
  readonly arrays: readonly { readonly name: string; readonly length: number }[];
}

type Float32s = 'states' | 'halfLives' | 'importance' | 'reach';

interface Shares extends Omit<Probe, 'rows'> {
  readonly rows: readonly { readonly lag: number; readonly at: number | null; readonly share: number }[];
}

const WORD = 4;
const OF_UNITS = ['halfLives', 'importance', 'reach'] as const;

export function encodeProbe(probe: MemoryProbe): Uint8Array<ArrayBuffer> {
  const { states, halfLives, importance, reach, ...others } = probe;
  const arrays = [...states, ...OF_UNITS.map((name) => ({ name, values: probe[name] }))];
  const { times, readings, horizon, halfLife, shares } = others;
  const head: Head = {
    ...others,
    times: times.map(nullIfNone),
    readings: readings.map(nullIfNone),
    horizon: horizon ?? null,
    halfLife: nullIfNone(halfLife),
    shares: { ...shares, rows: shares.rows.map((row) => ({ ...row, at: row.at ?? null })) },
    arrays: arrays.map(({ name, values }) => ({ name, length: values.length })),
  };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const headBytes = Math.ceil(text.length / WORD) * WORD;
  const numbers = arrays.reduce((sum, { values }) => sum + values.length, 0);
  const bytes = new Uint8Array(WORD + headBytes + WORD * numbers).fill(0x20, 0, WORD + headBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, headBytes, true);
  bytes.set(text, WORD);
  let at = WORD + headBytes;
  for (const { values } of arrays) {
    for (let k = 0; k < values.length; k++, at += WORD) view.setFloat32(at, values[k], true);
  }
  return bytes;
}

/** @throws RangeError or SyntaxError for bytes that are no whole frame */
export function decodeProbe(buffer: ArrayBuffer): MemoryProbe {
  const view = new DataView(buffer);
  const headBytes = view.getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(buffer, WORD, headBytes));
  const { arrays, times, readings, horizon, halfLife, shares, ...others } = JSON.parse(text) as Head;
  let at = WORD + headBytes;
  const read = arrays.map(({ name, length }) => {
    const values = Float32Array.from({ length }, (_, k) => view.getFloat32(at + WORD * k, true));
    at += WORD * length;
    return { name, values };
  });
  if (at !== buffer.byteLength) throw new RangeError(`${buffer.byteLength} bytes, ${at} are told of`);
  const [halfLives, importance, reach] = read.slice(-OF_UNITS.length).map(({ values }) => values);
  return {
    ...others,
    times: times.map(noneIfNull),
    readings: readings.map(noneIfNull),
    horizon: horizon ?? undefined,
    halfLife: noneIfNull(halfLife),
    states: read.slice(0, -OF_UNITS.length) as unknown as MemoryProbe['states'],
    halfLives,
    importance,
    reach,
    shares: { ...shares, rows: shares.rows.map((row) => ({ ...row, at: row.at ?? undefined })) },
  };
}

function nullIfNone(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function noneIfNull(value: number | null): number {
  return value ?? Number.NaN;
}
