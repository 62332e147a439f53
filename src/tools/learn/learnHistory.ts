import type { DropReason } from '../../domain/dropReason.ts';
import { TidegateError } from '../../domain/errors.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { type Assignment, suggestMaps } from './assignment.ts';
import type { HistorySink } from './historySink.ts';
import type { LearnedStream, LearnReport } from './learnReport.ts';
import { type ReadHistory, type ReadOptions, readFiles } from './readFiles.ts';
import type { Readings } from './readings.ts';

export interface LearnOptions extends ReadOptions {
  readonly files: readonly string[];
  /** Each stream forgets first what it has learned so far. */
  readonly anew: boolean;
  /** Streams that there are by the configuration, for suggestions. */
  readonly streams: Iterable<StreamId>;
  readonly stop: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** Gives the place where history is learned, once it is known that there is any. undefined: it is only looked. */
export type WithSink = (<Result>(work: (sink: HistorySink) => Promise<Result>) => Promise<Result>) | undefined;

/**
 * Reads recorded history and lets its streams learn it.
 * @throws TidegateError TG_INPUT_NOT_FOUND, TG_INPUT_INVALID where nothing of the files feeds a stream; those of the place
 */
export async function learnHistory(options: LearnOptions, withSink: WithSink): Promise<LearnReport> {
  const { files, assignment, stop } = options;
  const started = performance.now();
  const history = await readFiles(files, options);
  const readings = history.streams.filter(({ series }) => series.size > 0);
  refuseUnused(assignment);
  if (readings.every(({ count }) => count === 0)) throw nothingFound(options, history);
  const seconds = (): number => (performance.now() - started) / 1000;
  if (withSink === undefined)
    return reportOf(options, history, {
      into: undefined,
      streams: readings.map((of) => describe(of, undefined)),
      seconds,
    });
  return withSink(async (sink) => {
    const streams: LearnedStream[] = [];
    for (const of of readings) {
      if (stop.aborted) break;
      streams.push(await learnStream(of, sink, options));
    }
    return reportOf(options, history, { into: sink.name, streams, seconds });
  });
}

async function learnStream(
  of: Readings,
  sink: HistorySink,
  { anew, onProgress }: LearnOptions,
): Promise<LearnedStream> {
  const { stream, unit } = of;
  const samples = of.sorted();
  const dropped = await sink.learn({ stream, samples, unit, anew }, (count) =>
    onProgress(`${stream}: ${count} of ${samples.length} readings`),
  );
  return describe(of, dropped);
}

/** @param dropped by the learners; undefined: they were not asked */
function describe(of: Readings, dropped: ReadonlyMap<DropReason, number> | undefined): LearnedStream {
  const samples = of.sorted();
  const all = new Map(of.dropped);
  let lost = 0;
  for (const [reason, count] of dropped ?? []) {
    lost += count;
    all.set(reason, (all.get(reason) ?? 0) + count);
  }
  return {
    stream: of.stream,
    series: [...of.series],
    unit: of.unit,
    readings: samples.length,
    first: samples[0]?.at ?? Number.NaN,
    last: samples.at(-1)?.at ?? Number.NaN,
    learned: dropped && samples.length - lost,
    dropped: all,
    early: of.early,
  };
}

interface Outcome {
  readonly into: string | undefined;
  readonly streams: readonly LearnedStream[];
  readonly seconds: () => number;
}

function reportOf({ assignment, streams, stop }: LearnOptions, history: ReadHistory, outcome: Outcome): LearnReport {
  const { left } = assignment;
  const dropped = [...history.dropped].map(([reason, count]) => `${count} ${reason}`);
  const notices = [...history.faults, ...history.notices];
  if (dropped.length > 0) notices.push(`messages and fields without a reading: ${dropped.join(', ')}`);
  for (const { stream, readings, learned, dropped: by } of outcome.streams)
    if (readings > 0 && learned === 0 && (by.get('not-newer') ?? 0) > 0)
      notices.push(
        `${stream}: knows readings that are newer than all of these; --anew lets it forget them and begin with the history`,
      );
  return {
    ...outcome,
    left,
    suggestions: suggestMaps(left.keys(), streams),
    notices,
    seconds: outcome.seconds(),
    isComplete: !stop.aborted,
  };
}

function refuseUnused(assignment: Assignment): void {
  const [first] = assignment.unused;
  if (first === undefined) return;
  const meant = assignment.suggest(first.series);
  throw new TidegateError(
    'TG_INPUT_INVALID',
    `--map: no file has the series ${JSON.stringify(first.series)}${meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`}`,
  );
}

const LISTED = 15;

function nothingFound(
  { files, assignment, streams }: LearnOptions,
  { streams: readings, faults, dropped }: ReadHistory,
): TidegateError {
  const lines = [`${files.join(', ')}: nothing that could be learned`, ...faults];
  for (const { stream, dropped: by, early } of readings) {
    const reasons = [...by].map(([reason, count]) => `${count} ${reason}`);
    if (early > 0) reasons.push(`${early} before --since`);
    lines.push(`${stream}: no readings${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}`);
  }
  if (dropped.size > 0)
    lines.push(`messages: ${[...dropped].map(([reason, count]) => `${count} ${reason}`).join(', ')}`);
  const names = [...assignment.left.keys()];
  if (names.length > 0) {
    const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
    lines.push(
      `no stream is named like its series: ${names
        .slice(0, LISTED)
        .map((name) => JSON.stringify(name))
        .join(', ')}${more}`,
    );
    const maps = suggestMaps(names, streams);
    const [map] = maps;
    lines.push(
      map === undefined
        ? '--map series=stream says which stream a series feeds'
        : maps
            .slice(0, LISTED)
            .map(({ series, stream }) => `perhaps --map ${JSON.stringify(`${series}=${stream}`)}`)
            .join('\n'),
    );
  }
  return new TidegateError('TG_INPUT_INVALID', lines.join('\n'));
}
