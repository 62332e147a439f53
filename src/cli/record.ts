import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { recordBroker } from '../tools/record/recordBroker.ts';
import { addBrokerOptions, type BrokerFlags, configOfBroker, reportTo } from './brokerOptions.ts';
import type { CliContext } from './context.ts';

interface Flags extends BrokerFlags {
  readonly filter: string[];
  readonly maxMb: number;
}

const MIB = 2 ** 20;

export function addRecordCommand(program: Command, context: CliContext): void {
  addBrokerOptions(
    program
      .command('record')
      .description('write what a broker sends to a file, which decode and replay read: what goes with a bug report')
      .argument('<broker>', 'e.g. mqtt://localhost:1883, mqtts://broker.lan')
      .argument('<file>', 'recording, a line of JSON for each message; an existing file is left alone')
      .option('--filter <topic>', 'topic filter (repeatable; default: #)', collect, [])
      .option('--max-mb <n>', 'end at this length of the file', toMegabytes, 100),
  ).action(async (broker: string, file: string, flags: Flags) => {
    const { stdout, stderr, stop, cwd } = context;
    const filters = flags.filter.length > 0 ? flags.filter : ['#'];
    const config = configOfBroker(broker, filters.map(entryOf), flags, context);
    stderr.write(`recording; Ctrl-C ends it. The file holds all that was sent: look at it before you give it away\n`);
    const recorded = await recordBroker({
      settings: config.mqtt,
      filters,
      longestPayload: config.limits.payload,
      report: reportTo(context),
      listenMs: flags.seconds === undefined ? undefined : flags.seconds * 1000,
      stop,
      file: resolve(cwd, file),
      mostBytes: flags.maxMb * MIB,
    });
    const { messages, bytes, lost, isFull } = recorded;
    const less = `${lost > 0 ? `, ${lost} lost: the disk was too slow` : ''}${isFull ? ', --max-mb is reached' : ''}`;
    stdout.write(`${messages} messages, ${bytes} bytes${less}\n`);
  });
}

/** Messages are kept whole, up to what devices describe themselves in. */
function entryOf(topic: string): object {
  return { topic, source: 'auto' };
}

function collect(item: string, items: readonly string[]): string[] {
  return [...items, item];
}

function toMegabytes(text: string): number {
  const size = Number(text);
  if (!(size > 0 && size <= 100_000)) throw new InvalidArgumentError('megabytes, up to 100000');
  return size;
}
