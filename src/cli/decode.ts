import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type Command, Option } from 'commander';
import { createSystemClock } from '../adapters/clock/systemClock.ts';
import { rememberZones } from '../app/zones.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { parseConfig } from '../config/parseConfig.ts';
import { DIALECT_NAMES } from '../domain/dialectName.ts';
import { TidegateError } from '../domain/errors.ts';
import type { DomainEvent } from '../domain/events.ts';
import { createMessageDecoder } from '../tools/decode/decodeLines.ts';
import { readMessageLine } from '../tools/decode/messageLine.ts';
import { hearBroker } from '../tools/record/hearBroker.ts';
import { addBrokerOptions, type BrokerFlags, configOfBroker, isBroker, reportTo } from './brokerOptions.ts';
import type { CliContext } from './context.ts';

interface Flags extends BrokerFlags {
  readonly config?: string;
  readonly source: string;
  readonly booleans?: boolean;
  readonly lenient?: boolean;
  readonly zone: string;
}

export function addDecodeCommand(program: Command, context: CliContext): void {
  addBrokerOptions(
    program
      .command('decode')
      .description(
        'say what is read in messages: JSON lines {topic, payload, …} in, one JSON line per reading or drop out',
      )
      .argument(
        '[file]',
        'file of lines, as `record` writes them; - or nothing: standard input; mqtt://…: what a broker sends',
        '-',
      )
      .addOption(
        new Option('--source <dialect>', 'what sent the messages').choices(['auto', ...DIALECT_NAMES]).default('auto'),
      )
      .option('--booleans', 'true and false, ON and OFF are readings too, 1 and 0')
      .option('--lenient', 'texts with a unit or a decimal comma are numbers too, as with `parse: lenient`')
      .option('--zone <name>', 'zone of times without an offset', 'UTC')
      .option('-c, --config <file>', 'read by the entries of this configuration instead'),
  ).action((file: string, flags: Flags) =>
    isBroker(file) ? decodeBroker(file, flags, context) : decodeLines(file, flags, context),
  );
}

async function decodeLines(file: string, flags: Flags, context: CliContext): Promise<void> {
  const { stdout, stderr, stop } = context;
  const decode = createDecode(configOf(flags, context), context);
  const clock = createSystemClock();
  const input = open(file, context);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY, signal: stop });
  let number = 0;
  let wrong = 0;
  try {
    for await (const line of lines) {
      number++;
      if (line.trim() === '') continue;
      const message = readMessageLine(line, clock.now());
      if (typeof message === 'string') {
        wrong++;
        stderr.write(`line ${number}: ${message}\n`);
        continue;
      }
      const text = decode(message).map((result) => `${JSON.stringify(result)}\n`);
      if (!stdout.write(text.join(''))) await new Promise((done) => stdout.once('drain', done));
    }
  } catch (cause) {
    if (stop.aborted) return;
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new TidegateError(
      code === 'ENOENT' ? 'TG_INPUT_NOT_FOUND' : 'TG_INPUT_INVALID',
      `${file}: cannot be read (${code})`,
      { cause },
    );
  }
  if (wrong > 0) throw new TidegateError('TG_INPUT_INVALID', `${wrong} of ${number} lines are no messages`);
}

/** Bytes that may wait for standard output. Messages beyond that are left out, and counted. */
const MOST_WAITING = 16 * 2 ** 20;

async function decodeBroker(broker: string, flags: Flags, context: CliContext): Promise<void> {
  const { stdout, stderr, stop } = context;
  const config = configOf(flags, context);
  // As the daemon does: what the broker had kept declares units, and holds no readings.
  const decode = createDecode(config, context, false);
  const filters = [...new Set(config.streams.map(({ topic }) => topic))];
  const { mqtt, limits } = configOfBroker(broker, [{ topic: '#', source: 'auto' }], flags, context);
  let left = 0;
  await hearBroker({
    settings: mqtt,
    filters,
    longestPayload: limits.payload,
    report: reportTo(context),
    listenMs: flags.seconds === undefined ? undefined : flags.seconds * 1000,
    stop,
    take(message) {
      if (stdout.writableLength > MOST_WAITING) left++;
      else for (const result of decode({ message, encoding: undefined })) stdout.write(`${JSON.stringify(result)}\n`);
    },
  });
  if (left > 0) stderr.write(`${left} messages were left out: standard output was too slow\n`);
}

function createDecode(
  { streams: specs, limits }: Config,
  { stderr }: CliContext,
  takesRetained = true,
): ReturnType<typeof createMessageDecoder> {
  const report = (event: DomainEvent): void => {
    if (event.type === 'DialectUnclear')
      stderr.write(`${event.topic}: fits ${event.dialects.join(' and ')}; name one with --source\n`);
    else if (event.type === 'SendersMixed')
      stderr.write(
        `${event.topic}: two senders feed one stream; --source generic with by: [${event.by}] in a configuration tells them apart\n`,
      );
    else if (event.type === 'MessagesMissed')
      stderr.write(`${event.topic}: ${event.count} messages before it are missing\n`);
  };
  return createMessageDecoder({ specs, limits, zoneOffsetOf: rememberZones(), report, takesRetained });
}

function open(file: string, { cwd }: CliContext): Readable {
  return file === '-' ? process.stdin : createReadStream(resolve(cwd, file));
}

/** Times are taken as they are told: a recording may be old. */
function configOf(
  { config: file, source, booleans = false, lenient = false, zone }: Flags,
  context: CliContext,
): Config {
  const { env, hostname, cwd } = context;
  if (file !== undefined) return loadConfig({ file, env, cwd, hostname });
  const parse = lenient ? 'lenient' : 'strict';
  const entry = { topic: '#', source, booleans: booleans ? 'on' : 'off', parse, time: { zone, sanity: 'off' } };
  const text = JSON.stringify({ mqtt: { server: 'mqtt://localhost' }, streams: [entry] });
  return parseConfig(text, 'the arguments', { env, hostname, directory: cwd, readFile: () => '' });
}
