import { type Command, InvalidArgumentError, Option } from 'commander';
import { isColorWanted } from '../adapters/terminal/isColorWanted.ts';
import type { ExpertName } from '../domain/expertName.ts';
import type { StreamId } from '../domain/streamId.ts';
import { explainSnapshotFault } from '../tools/export/explainSnapshotFault.ts';
import { probeToJson, probeToText } from '../tools/probe/formatProbe.ts';
import { type ProbeOptions, probeStream } from '../tools/probe/probeStream.ts';
import type { CliContext } from './context.ts';
import { addFolderOptions, folderOf, readStream, type StateFlags } from './stateOptions.ts';

interface Flags extends StateFlags {
  readonly rows: number;
  readonly network?: ExpertName;
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
      'show which past readings made the present class of a stream, or its forecast; not while the daemon runs',
    )
    .argument('<stream>', 'as `state list` shows it')
    .option('--rows <n>', 'readings to look back at, for a class', toCount(1, MOST_ROWS), 192)
    .addOption(new Option('--network <name>', 'forecast of this network').choices(['lstm_residual', 'lstm_direct']))
    .option('--horizon <steps>', 'forecast for this horizon (default: the smallest)', toCount(1, 1_000_000))
    .option('--json', 'print the result as JSON');
  addFolderOptions(command).action(async (stream: string, flags: Flags) => {
    const folder = folderOf(flags, context);
    const { snapshot } = await readStream(folder, stream as StreamId);
    const probe = explain(snapshot.bytes, stream as StreamId, folder, flags);
    const color = isColorWanted(env, stdout.isTTY === true);
    const width = stdout.columns ?? 100;
    stdout.write(flags.json ? `${probeToJson(stream, probe)}\n` : probeToText(stream, probe, { width, color }));
  });
}

function explain(
  state: Uint8Array,
  stream: StreamId,
  folder: string,
  options: ProbeOptions,
): ReturnType<typeof probeStream> {
  try {
    return probeStream(state, stream, options);
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
