import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const steps = v.pipe(v.number(), v.integer(), v.minValue(1));

const entrySchema = v.strictObject({
  file: v.pipe(v.string(), v.minLength(1)),
  value: v.optional(v.string(), 'value'),
  time: v.optional(v.string()),
  horizons: v.optional(v.pipe(v.array(steps), v.minLength(1)), [1]),
  skip: v.optional(count),
  end: v.optional(count),
  day: v.optional(steps),
  week: v.optional(steps),
  width: v.optional(v.record(v.pipe(v.string(), v.regex(/^[1-9]\d*$/)), v.pipe(v.number(), v.gtValue(0))), {}),
  counted: v.optional(v.boolean(), true),
  set: v.optional(v.array(v.string()), []),
});

const settingsSchema = v.strictObject({ series: v.array(entrySchema) });

/** One recorded series and how it is replayed and scored; all rows count from 0. */
export interface SeriesEntry {
  /** Within the folder. */
  readonly file: string;
  readonly value: string;
  /** Absent: the column that `replay` finds by itself. */
  readonly time?: string | undefined;
  readonly horizons: readonly number[];
  /** First row whose forecast is scored; absent: a tenth of the rows. */
  readonly skip?: number | undefined;
  /** First row whose forecast is not scored any more. */
  readonly end?: number | undefined;
  /** Rows of a day and of a week, for the seasonal baselines; absent: no such baseline. */
  readonly day?: number | undefined;
  readonly week?: number | undefined;
  /** By horizon: the interval that the reference needs, in mean absolute errors of the last value. */
  readonly width: Readonly<Record<string, number>>;
  /** It has a part in the geometric mean. */
  readonly counted: boolean;
  /** Options of the stream, as `key=value`. */
  readonly set: readonly string[];
}

export const SETTINGS_FILE = 'test/quality/series.yaml';

/** The folder's own quality.yaml, or the project's list. @throws Error naming file and entry */
export function loadSettings(folder: string): readonly SeriesEntry[] {
  const own = join(folder, 'quality.yaml');
  const file = existsSync(own) ? own : SETTINGS_FILE;
  return parseSettings(readFileSync(file, 'utf8'), file);
}

export function parseSettings(text: string, file: string): readonly SeriesEntry[] {
  const result = v.safeParse(settingsSchema, parse(text));
  if (result.success) return result.output.series;
  const issue = result.issues[0];
  throw new Error(`${file}: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`);
}

/** `Twitter_volume_AMZN@1`, `ETTh1.OT@24`: how a series with a horizon is called in tables. */
export function nameOf({ file, value }: SeriesEntry, horizon: string): string {
  const stem = file.replace(/\.csv$/, '');
  return `${stem}${value === 'value' ? '' : `.${value}`}@${horizon}`;
}
