import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { createSystemClock } from '../adapters/clock/systemClock.ts';
import { createZoneOffset } from '../adapters/clock/zoneOffset.ts';
import { matchesFilter } from '../adapters/mqtt/inbound/topicFilter.ts';
import { createDecoder } from '../adapters/payload/decoder.ts';
import { readPayloadTime } from '../adapters/payload/payloadTime.ts';
import { refuseLocked } from '../adapters/store/files/instanceLock.ts';
import { createInlineStore } from '../adapters/store/thread/inlineStore.ts';
import { rememberZones } from '../app/zones.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { parseDuration } from '../config/scalars/durations.ts';
import { createSettings } from '../config/settings.ts';
import { TidegateError } from '../domain/errors.ts';
import { type EpochMs, toEpochMs } from '../domain/time.ts';
import { createLog } from '../telemetry/createLog.ts';
import { Assignment } from '../tools/learn/assignment.ts';
import { DaemonSink } from '../tools/learn/daemonSink.ts';
import { withFolder } from '../tools/learn/folderSink.ts';
import { RECORDER_TABLES, type RecorderTable } from '../tools/learn/formats/homeAssistantDb.ts';
import { learnHistory, type WithSink } from '../tools/learn/learnHistory.ts';
import { reportToJson, reportToText } from '../tools/learn/learnReport.ts';
import type { Choice } from '../tools/replay/rowFilter.ts';
import { timeFormatOf } from '../tools/replay/times/timePattern.ts';
import type { CliContext } from './context.ts';
import { isConfiguredBy, mapsOf, namedStreams, type StreamFlags, streamOf } from './learnStreams.ts';
import { createProgress } from './progress.ts';
import { withStateErrors } from './stateOptions.ts';

interface Flags extends StreamFlags {
  readonly config?: string;
  readonly state?: string;
  readonly daemon?: boolean;
  readonly time?: string;
  readonly timeFormat?: string;
  readonly where: string[];
  readonly table: RecorderTable;
  readonly zone: string;
  readonly since?: string;
  readonly anew?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function addLearnCommand(program: Command, context: CliContext): void {
  const command = program
    .command('learn')
    .description(
      'let the streams of a configuration learn recorded history: into the state folder, or by the daemon that runs on it',
    )
    .argument(
      '<files...>',
      'tables (CSV, of InfluxDB too), JSON lines, messages that `record` wrote, the database or a history export of Home Assistant, exports of Prometheus and VictoriaMetrics; each is known by its content',
    )
    .option('-c, --config <file>', 'configuration of the daemon: it says which streams there are')
    .option('--state <folder>', 'state folder to learn into, in place of that of the configuration')
    .option(
      '--daemon',
      'ask the running daemon over its broker, wherever it runs (default: where it runs on the state folder)',
    )
    .option(
      '--map <series=stream>',
      'the stream that a column, an entity or a metric feeds (repeatable); one that has the name of a stream feeds it anyway',
      collect,
      [],
    )
    .option('--stream <id>', 'the stream that the one series of --value feeds')
    .option('--value <name>', 'column, entity or metric of the readings')
    .option('--since <time>', 'leave out what is older: 30d, or 2026-11-01')
    .option('--anew', 'each stream forgets first what it has learned so far')
    .option('--dry-run', 'only say what would be learned')
    .option('--json', 'print the result as JSON');
  addFileOptions(command).action((files: string[], flags: Flags) => learn(files, flags, context));
}

/** Flags on the ways to read files. */
function addFileOptions(command: Command): Command {
  return command
    .option('--time <column>', 'column of the times of a table (default: the one that its name or its cells show)')
    .option(
      '--time-format <format>',
      'how times of a table are written: ymd, dmy, mdy, … or "%d.%m.%Y %H:%M" (default: the column tells)',
    )
    .option('--where <column=cell>', 'rows of a table that are meant (repeatable)', collect, [])
    .addOption(
      new Option(
        '--table <name>',
        "table of Home Assistant's database: as readings came, means of five minutes, of an hour",
      )
        .choices(RECORDER_TABLES)
        .default('states'),
    )
    .option('--zone <name>', 'zone of times without an offset', 'system');
}

async function learn(files: readonly string[], flags: Flags, context: CliContext): Promise<void> {
  const { cwd, stdout, stderr, stop } = context;
  const config = configOf(flags, context);
  const clock = createSystemClock();
  const zoneOffsetOf = rememberZones();
  const log = createLog({ level: 'error', format: 'auto', stream: stderr, env: context.env, clock });
  const decoder = createDecoder({
    ...{ specs: createSettings(config).entries, limits: config.limits, zoneOffsetOf, matchesFilter },
    ...{ report: () => undefined, maxTopics: config.limits.streams, takesRetained: true },
  });
  const progress = createProgress(context);
  const assignment = new Assignment({ maps: mapsOf(flags, decoder), isConfigured: isConfiguredBy(config, decoder) });
  const report = await withStateErrors(() =>
    learnHistory(
      {
        ...{
          files: files.map((file) => resolve(cwd, file)),
          assignment,
          decode: decoder.decode,
          settingsOf: decoder.settingsOf,
        },
        ...{ ...tableOf(flags), stream: streamOf(flags, decoder), table: flags.table, zone: zoneOf(flags) },
        ...{ now: clock.now(), since: sinceOf(flags, clock.now()), anew: flags.anew === true, stop },
        ...{ streams: namedStreams(config), onProgress: (text: string) => progress.show(text) },
      },
      sinkOf(flags, config, { clock, log, decoder, zoneOffsetOf, stop }),
    ),
  );
  progress.clear();
  for (const notice of report.notices) stderr.write(`${notice}\n`);
  stdout.write(flags.json === true ? `${reportToJson(report)}\n` : reportToText(report));
}

function configOf({ config: file, state, daemon }: Flags, context: CliContext): Config {
  if (state !== undefined && daemon === true) throw new TidegateError('TG_USAGE', '--state or --daemon, not both');
  const config = loadConfig({ file, ...context });
  return state === undefined ? config : { ...config, state: { ...config.state, dir: resolve(context.cwd, state) } };
}

type FolderParts = Omit<Parameters<typeof withFolder>[0], 'config'>;

/** A folder that a daemon runs on is the daemon's: that is asked then. */
function sinkOf(flags: Flags, config: Config, parts: FolderParts): WithSink {
  if (flags.dryRun === true) return undefined;
  const daemon = new DaemonSink({ settings: config.mqtt, stop: parts.stop });
  if (flags.daemon === true) return (work) => work(daemon);
  const store = createInlineStore({ folder: config.state.dir });
  const intoFolder: NonNullable<WithSink> = (work) => withFolder({ ...parts, config, store }, work);
  return async (work) => {
    try {
      refuseLocked(config.state.dir);
    } catch (error) {
      if (isMissing(error)) return intoFolder(work);
      const isDaemons = error instanceof TidegateError && error.code === 'TG_STATE_LOCKED' && flags.state === undefined;
      if (!isDaemons) throw error;
      return work(daemon);
    }
    return intoFolder(work);
  };
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

function tableOf({ time, timeFormat, where, value }: Flags): {
  readonly time: string | undefined;
  readonly format: ReturnType<typeof timeFormatOf> | undefined;
  readonly where: readonly Choice[];
  readonly value: string | undefined;
} {
  const choices = where.map((text) => {
    const at = text.indexOf('=');
    if (at < 1)
      throw new TidegateError('TG_USAGE', '--where: expected a column and its cell, such as entity_id=sensor.hall');
    return { column: text.slice(0, at).trim(), cell: text.slice(at + 1).trim() };
  });
  return { time, format: timeFormat === undefined ? undefined : timeFormatOf(timeFormat), where: choices, value };
}

function zoneOf({ zone }: Flags): string {
  try {
    createZoneOffset(zone);
    return zone;
  } catch {
    throw new TidegateError('TG_USAGE', `--zone: ${JSON.stringify(zone)} is no time zone that this computer knows`);
  }
}

function sinceOf({ since, zone }: Flags, now: EpochMs): EpochMs | undefined {
  if (since === undefined) return undefined;
  const duration = parseDuration(since);
  const at = duration === undefined ? readPayloadTime(since, createZoneOffset(zone), now) : toEpochMs(now - duration);
  if (at === undefined)
    throw new TidegateError('TG_USAGE', '--since: expected a duration such as 30d, or a time such as 2026-11-01');
  return at;
}

function collect(item: string, items: readonly string[]): string[] {
  return [...items, item];
}
