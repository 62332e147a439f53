import type { DropReason } from '../../domain/dropReason.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { toEpochMs, toIsoTime } from '../../domain/time.ts';
import type { SeriesMap } from './assignment.ts';

/** Fate of the readings of one stream. */
export interface LearnedStream {
  readonly stream: StreamId;
  /** Names of its series in the files. */
  readonly series: readonly string[];
  readonly unit: string | undefined;
  /** Readings in the files that are some, and the times of the first and the last of them, ms since 1970; NaN: there are none. */
  readonly readings: number;
  readonly first: number;
  readonly last: number;
  /** Readings that were learned; undefined: it was only looked. */
  readonly learned: number | undefined;
  /** Counts of those that were not, by reason; readings of before `--since` are in none of them. */
  readonly dropped: ReadonlyMap<DropReason, number>;
  readonly early: number;
}

export interface LearnReport {
  /** Where it was learned; undefined: nowhere. */
  readonly into: string | undefined;
  readonly streams: readonly LearnedStream[];
  /** Series that feed no stream, with their readings; 0: they were not counted. */
  readonly left: ReadonlyMap<string, number>;
  /** Values that `--map` may want to have for them. */
  readonly suggestions: readonly SeriesMap[];
  readonly notices: readonly string[];
  readonly seconds: number;
  readonly isComplete: boolean;
}

const LISTED = 10;

export function reportToText(report: LearnReport): string {
  const { into, streams, left, suggestions, seconds, isComplete } = report;
  const lines = streams.flatMap(linesOf);
  if (left.size > 0) lines.push(`no stream for ${left.size} series: ${listed([...left.keys()])}`);
  for (const { series, stream } of suggestions.slice(0, LISTED))
    lines.push(`  perhaps --map ${JSON.stringify(`${series}=${stream}`)}`);
  if (!isComplete)
    lines.push('stopped before the end: what was learned so far is kept; the same command goes on from there');
  if (into !== undefined) lines.push(`learned into ${into} in ${seconds.toFixed(1)} s`);
  return `${lines.join('\n')}\n`;
}

function linesOf({
  stream,
  series,
  unit,
  readings,
  first,
  last,
  learned,
  dropped,
  early,
}: LearnedStream): readonly string[] {
  const from = `${series.join(', ')}${unit === undefined ? '' : ` (${unit})`}`;
  const span = readings === 0 ? '' : `, ${day(first)} to ${day(last)}`;
  const head = `${stream}: ${learned === undefined ? '' : `learned ${learned} of `}${readings} readings of ${from}${span}`;
  const reasons = [...dropped].map(([reason, count]) => `${count} ${reason}`);
  if (early > 0) reasons.push(`${early} before --since`);
  return reasons.length === 0 ? [head] : [head, `  left out: ${reasons.join(', ')}`];
}

function day(at: number): string {
  return toIsoTime(toEpochMs(at)).slice(0, 16).replace('T', ' ');
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).map((name) => JSON.stringify(name));
  return names.length > LISTED ? `${shown.join(', ')} and ${names.length - LISTED} more` : shown.join(', ');
}

export function reportToJson({ into, streams, left, suggestions, notices, seconds, isComplete }: LearnReport): string {
  return JSON.stringify({
    into: into ?? null,
    streams: streams.map(({ first, last, learned, dropped, unit, ...rest }) => ({
      ...rest,
      unit: unit ?? null,
      first: Number.isNaN(first) ? null : toIsoTime(toEpochMs(first)),
      last: Number.isNaN(last) ? null : toIsoTime(toEpochMs(last)),
      learned: learned ?? null,
      dropped: Object.fromEntries(dropped),
    })),
    left: Object.fromEntries(left),
    suggestions,
    notices,
    seconds: Math.round(seconds * 1000) / 1000,
    complete: isComplete,
  });
}
