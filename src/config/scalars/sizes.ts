import * as v from 'valibot';

const SIZE = /^([1-9]\d{0,14})(B|KB|KiB|MB|MiB|GB|GiB)$/;
const UNIT_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KB: 2 ** 10,
  KiB: 2 ** 10,
  MB: 2 ** 20,
  MiB: 2 ** 20,
  GB: 2 ** 30,
  GiB: 2 ** 30,
};

/** `512B`, `64KB`, `1MB`; KB and KiB are both 1024 bytes. undefined: not a size. */
function parseSize(text: string): number | undefined {
  const match = SIZE.exec(text);
  if (match === null) return undefined;
  const bytes = Number(match[1]) * UNIT_BYTES[match[2]];
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** An option that is a size within a range, given as text in the file and in bytes to the program. */
export function size(from: string, to: string): v.GenericSchema<string, number> {
  const least = parseSize(from) as number;
  const most = parseSize(to) as number;
  const message = `expected a size from ${from} to ${to}, written like 512B, 64KB or 1MB`;
  return v.pipe(
    v.string(message),
    v.regex(SIZE, message),
    v.metadata({ kind: `size, ${from} to ${to}` }),
    v.transform((text) => parseSize(text) ?? -1),
    v.check((bytes) => bytes >= least && bytes <= most, message),
  );
}
