import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { createSystemClock } from '../adapters/clock/systemClock.ts';
import { type Column, renderTable } from '../adapters/terminal/renderTable.ts';
import type { Config } from '../config/config.ts';
import { parseConfig } from '../config/parseConfig.ts';
import { TidegateError } from '../domain/errors.ts';
import { createLog } from '../telemetry/createLog.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import { describeLeftOut } from '../tools/discover/describeReport.ts';
import { discover } from '../tools/discover/discover.ts';
import { formatCadence } from '../tools/discover/formatCadence.ts';
import type { FieldReport } from '../tools/discover/listenFields.ts';
import { suggestConfig } from '../tools/discover/suggestConfig.ts';
import type { CliContext } from './context.ts';
import { secondsUpTo } from './secondsUpTo.ts';

interface Flags {
  readonly seconds: number;
  readonly user?: string;
  readonly ca?: string;
  readonly write?: string;
  readonly json?: boolean;
}

export function addDiscoverCommand(program: Command, context: CliContext): void {
  program
    .command('discover')
    .description('listen to a broker, list the fields that hold numbers and how often they come, write a configuration')
    .argument('<broker>', 'e.g. mqtt://localhost:1883, mqtts://broker.lan')
    .option('--seconds <n>', 'how long to listen; sleepy sensors need minutes', secondsUpTo(86_400), 30)
    .option('--user <name>', 'user name; the password is read from $MQTT_PASSWORD')
    .option('--ca <file>', 'certificate of the authority that signed the broker')
    .option('--write <file>', 'write a configuration that `run` takes; an existing file is left alone')
    .option('--json', 'print the result as JSON')
    .action(async (broker: string, flags: Flags) => {
      const { stdout, stderr, env, stop } = context;
      if (flags.write !== undefined) refuseExisting(resolve(context.cwd, flags.write));
      const config = configOf(broker, flags, context);
      const log = createLog({
        level: 'warning',
        format: 'auto',
        stream: stderr,
        env,
        clock: createSystemClock(),
      });
      const { report } = createTelemetry({ log, clock: createSystemClock() });
      stderr.write(`listening for ${flags.seconds} s; Ctrl-C shows what was heard so far\n`);
      const heard = await discover({ config, listenMs: flags.seconds * 1000, report, stop });
      stdout.write(flags.json ? `${JSON.stringify(heard)}\n` : toText(heard));
      const isEmpty = heard.topics.length === 0;
      if (flags.write !== undefined && !isEmpty)
        writeConfig(resolve(context.cwd, flags.write), heard, broker, flags, context);
      else if (!flags.json && !isEmpty)
        stdout.write(`\n${suggestConfig(heard, { server: withoutToken(toServer(broker, flags)) })}`);
    });
}

/** The configuration that reads everything of this broker, with the rules, words and limits of a file. */
function configOf(broker: string, flags: Flags, { env, hostname, cwd }: CliContext): Config {
  const lines = ['mqtt:', `  server: ${JSON.stringify(broker)}`, `  client_id: tidegate-discover-${process.pid}`];
  if (flags.user !== undefined) lines.push(`  user: ${JSON.stringify(flags.user)}`, '  password: !env MQTT_PASSWORD');
  if (flags.ca !== undefined) lines.push(`  ca: ${JSON.stringify(resolve(cwd, flags.ca))}`);
  lines.push('streams: [{topic: "#"}]');
  const readFile = (): string => '';
  return parseConfig(lines.join('\n'), 'the arguments', { env, hostname, directory: cwd, readFile });
}

/** The URL that the suggested file gets: with the user in it, so that user and password are asked for there. */
function toServer(broker: string, { user }: Flags): string {
  if (user === undefined) return broker;
  const url = new URL(broker);
  url.username = user;
  return url.href;
}

/** The address without its token: standard output may end in a log or in a terminal's history. */
function withoutToken(server: string): string {
  return server.replace(/\?.*$/s, '?…');
}

interface Row {
  readonly topic: string;
  readonly field: string;
  readonly last: string;
  readonly cadence: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'topic', text: ({ topic }) => topic },
  { title: 'field', text: ({ field }) => field },
  { title: 'last value', text: ({ last }) => last, align: 'right' },
  { title: 'comes', text: ({ cadence }) => cadence },
];

function toText(report: FieldReport): string {
  const { topics, messages } = report;
  const rows = topics.flatMap(({ topic, fields }) =>
    fields.map(({ path, lastValue, cadence }) => ({
      topic,
      field: path ?? '(the payload)',
      last: String(lastValue),
      cadence: formatCadence(cadence),
    })),
  );
  const notes = describeLeftOut(report).map((line) => `${line}\n`);
  if (rows.length === 0)
    return [`no numbers in ${messages} messages; listen longer with --seconds\n`, ...notes].join('');
  const sum = `${topics.length} topics, ${rows.length} numeric fields, ${messages} messages\n`;
  return [renderTable(COLUMNS, rows), sum, ...notes].join('');
}

function refuseExisting(file: string): void {
  if (existsSync(file)) throw new TidegateError('TG_OUTPUT_FAILED', `${file}: exists already; it is left as it is`);
}

function writeConfig(file: string, heard: FieldReport, broker: string, flags: Flags, { stderr }: CliContext): void {
  try {
    // A token in the address is a secret.
    const mode = broker.includes('?') ? 0o600 : 0o666;
    writeFileSync(file, suggestConfig(heard, { server: toServer(broker, flags) }), { flag: 'wx', mode });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new TidegateError('TG_OUTPUT_FAILED', `${file}: cannot be written (${code})`, { cause });
  }
  stderr.write(`wrote ${file}; next: tidegate check -c ${file} && tidegate run -c ${file}\n`);
}
