import { type Command, InvalidArgumentError, Option } from 'commander';
import { isColorWanted } from '../adapters/terminal/isColorWanted.ts';
import { TidegateError } from '../domain/errors.ts';
import { MEMORY_NETWORKS, type MemoryNetwork, type MemoryProbe, type MemoryRequest } from '../domain/memoryProbe.ts';
import type { StreamId } from '../domain/streamId.ts';
import { explainSnapshotFault } from '../tools/export/explainSnapshotFault.ts';
import { askPage } from '../tools/probe/askPage.ts';
import { probeToJson, probeToText } from '../tools/probe/formatProbe.ts';
import { probeStream } from '../tools/probe/probeStream.ts';
import type { CliContext } from './context.ts';
import { addFolderOptions, folderOf, readStream, type StateFlags } from './stateOptions.ts';

interface Flags extends StateFlags {
  readonly rows?: number;
  readonly page?: string;
  readonly network?: MemoryNetwork;
  readonly horizon?: number;
  readonly json?: boolean;
}

/** Rows of recent blocks that a stream keeps, at most. */
const MOST_ROWS = 4608;

export function addProbeCommand(program: Command, context: CliContext): void {
  const { stdout, env } = context;
  const command = program
    .command('probe')
    .description(
      'look into the memory of a stream: which past readings made its class or forecast, how long its units remember, how far back it reaches; of a running daemon with --page',
    )
    .argument('<stream>', 'as `state list` shows it')
    .option('--rows <n>', 'readings to look back at, for a class (default: 192)', toCount(1, MOST_ROWS))
    .addOption(new Option('--network <name>', 'this network').choices(MEMORY_NETWORKS))
    .option('--horizon <steps>', 'forecast for this horizon (default: the smallest)', toCount(1, 1_000_000))
    .option(
      '--page <address>',
      'ask a running daemon by the address of its page; its token is read from $TIDEGATE_PAGE_TOKEN',
    )
    .option('--json', 'print the result as JSON');
  addFolderOptions(command).action(async (stream: string, flags: Flags) => {
    const memory = await memoryOf(stream as StreamId, flags, context);
    const color = isColorWanted(env, stdout.isTTY === true);
    const width = stdout.columns ?? 100;
    stdout.write(flags.json ? `${probeToJson(memory)}\n` : probeToText(memory, { width, color }));
  });
}

async function memoryOf(stream: StreamId, flags: Flags, context: CliContext): Promise<MemoryProbe> {
  const { page, rows, dir, config } = flags;
  if (page !== undefined) {
    const others = { '--rows': rows, '--dir': dir, '--config': config };
    const [other] = Object.entries(others).filter(([, value]) => value !== undefined);
    if (other !== undefined)
      throw new TidegateError('TG_USAGE', `${other[0]} is for a state folder, --page for a running daemon`);
    return await askPage({ address: page, token: context.env['TIDEGATE_PAGE_TOKEN'] }, stream, flags, context.stop);
  }
  const folder = folderOf(flags, context);
  const { snapshot } = await readStream(folder, stream);
  return lookInto(snapshot.bytes, stream, folder, flags);
}

function lookInto(state: Uint8Array, stream: StreamId, folder: string, request: MemoryRequest): MemoryProbe {
  try {
    return probeStream(state, stream, request);
  } catch (error) {
    throw explainSnapshotFault(`${folder}, ${stream}`, error);
  }
}

function toCount(least: number, most: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (Number.isInteger(count) && count >= least && count <= most) return count;
    throw new InvalidArgumentError(`a whole number from ${least} to ${most}`);
  };
}
