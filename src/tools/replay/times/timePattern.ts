import type { WrittenTime } from '../../../adapters/payload/isoTime.ts';
import { TidegateError } from '../../../domain/errors.ts';
import { fullYear, monthOf } from './dateText.ts';
import { formatOf, TIME_FORMATS, type TimeFormat } from './timeFormat.ts';
import { toWrittenTime } from './writtenTime.ts';

/** Parts of a pattern by their letters, those of strptime(3) and Python. */
const PARTS: Readonly<Record<string, string>> = {
  Y: '(?<year>\\d{4})',
  y: '(?<year>\\d\\d)',
  m: '(?<month>\\d{1,2})',
  b: '(?<name>\\p{L}{3,9})\\.?',
  B: '(?<name>\\p{L}{3,9})',
  d: '(?<day>\\d{1,2})',
  e: '\\s?(?<day>\\d{1,2})',
  H: '(?<hour>\\d{1,2})',
  I: '(?<hour>\\d{1,2})',
  M: '(?<minute>\\d\\d)',
  S: '(?<second>\\d\\d)',
  f: '(?<fraction>\\d+)',
  p: '(?<half>[APap])\\.?[Mm]\\.?',
  z: '(?<zone>Z|UTC|GMT|[+-]\\d\\d(?::?\\d\\d)?)',
  Z: '(?<zone>Z|UTC|GMT)',
  a: '\\p{L}{2,9}\\.?',
  A: '\\p{L}{2,9}',
  T: '(?<hour>\\d{1,2}):(?<minute>\\d\\d):(?<second>\\d\\d)',
  F: '(?<year>\\d{4})-(?<month>\\d\\d)-(?<day>\\d\\d)',
  '%': '%',
};

/**
 * The format of a name (`dmy`) or of a pattern such as `%d.%m.%Y %H:%M`.
 * @throws TidegateError TG_USAGE
 */
export function timeFormatOf(text: string): TimeFormat {
  if (Object.hasOwn(TIME_FORMATS, text)) return TIME_FORMATS[text as keyof typeof TIME_FORMATS];
  if (!text.includes('%'))
    throw new TidegateError(
      'TG_USAGE',
      `--time-format: expected one of ${Object.keys(TIME_FORMATS).join(', ')}, or a pattern such as "%d.%m.%Y %H:%M"`,
    );
  const pattern = compile(text);
  return formatOf(text, text, (cell) => read(pattern, cell));
}

function compile(text: string): RegExp {
  const source = text.replace(/%(.?)|[.*+?^${}()|[\]\\/]/gs, (part, letter: string | undefined) => {
    if (letter === undefined) return `\\${part}`;
    const known = PARTS[letter];
    if (known !== undefined) return known;
    throw new TidegateError(
      'TG_USAGE',
      `--time-format: %${letter} is unknown; known are %${Object.keys(PARTS).join(' %')}`,
    );
  });
  try {
    return new RegExp(`^${source}$`, 'u');
  } catch {
    throw new TidegateError('TG_USAGE', '--time-format: names a part twice');
  }
}

function read(pattern: RegExp, cell: string): WrittenTime | undefined {
  const parts = pattern.exec(cell)?.groups;
  if (parts === undefined) return undefined;
  const { year = '1970', month = '1', name, day = '1', ...clock } = parts;
  return toWrittenTime({
    ...clock,
    year: fullYear(year),
    month: Number(name === undefined ? month : monthOf(name)),
    day: Number(day),
  });
}
