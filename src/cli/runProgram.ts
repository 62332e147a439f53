import { Command, CommanderError } from 'commander';
import { stackOf } from '../adapters/host/sourcePlaces.ts';
import { TidegateError } from '../domain/errors.ts';
import type { CliContext } from './context.ts';
import { requireNode } from './requireNode.ts';
import { readVersion } from './version.ts';

const EXIT_USAGE = 64;
/** An error of ours (sysexits: EX_SOFTWARE). */
export const EXIT_SOFTWARE = 70;

/** Adds one command to the program. @param endWith sets the exit status of a command that itself did well */
type AddCommand = (program: Command, context: CliContext, endWith: (status: number) => void) => void;

/** In the order of the help. A daemon holds the modules of no other command in its memory. */
const COMMANDS: ReadonlyMap<string, () => Promise<AddCommand>> = new Map([
  ['run', async () => (await import('./run.ts')).addRunCommand],
  ['demo', async () => (await import('./demo.ts')).addDemoCommand],
  ['check', async () => (await import('./check.ts')).addCheckCommand],
  ['discover', async () => (await import('./discover.ts')).addDiscoverCommand],
  ['decode', async () => (await import('./decode.ts')).addDecodeCommand],
  ['record', async () => (await import('./record.ts')).addRecordCommand],
  ['doctor', async () => (await import('./doctor.ts')).addDoctorCommand],
  ['replay', async () => (await import('./replay.ts')).addReplayCommand],
  ['learn', async () => (await import('./learn.ts')).addLearnCommand],
  ['ask', async () => (await import('./ask.ts')).addAskCommand],
  ['memory', async () => (await import('./memory.ts')).addMemoryCommand],
  ['probe', async () => (await import('./probe.ts')).addProbeCommand],
  ['state', async () => (await import('./state.ts')).addStateCommands],
]);

/** Runs the command that the arguments name. @returns the exit status (sysexits; a command may have others of its own) */
export async function runProgram(args: readonly string[], context: CliContext): Promise<number> {
  let status = 0;
  const program = new Command('tidegate')
    .description('Forecasts and anomaly scores for MQTT sensor streams: one LSTM memory per stream, learning online')
    .version(readVersion(), '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })
    .showHelpAfterError('(add --help for what is possible)');
  try {
    // What follows may not even load on an older one.
    requireNode(process.versions.node);
    for (const add of await load(args[0])) {
      add(program, context, (value) => {
        status = value;
      });
    }
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    return explain(error, context.stderr);
  }
}

/** The command of that name alone; all of them for the help, and for what is none. */
function load(name: string | undefined): Promise<AddCommand[]> {
  const named = name === undefined ? undefined : COMMANDS.get(name);
  return Promise.all((named === undefined ? [...COMMANDS.values()] : [named]).map((command) => command()));
}

/** Says what went wrong, once and without a stack where the user can mend it. @returns the exit status */
export function explain(error: unknown, stderr: Pick<CliContext['stderr'], 'write'>): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof TidegateError) {
    const detail = error.exit === EXIT_SOFTWARE && error.cause !== undefined ? `${detailOf(error.cause)}\n` : '';
    stderr.write(`${error.message}\n${detail}[${error.code}]\n`);
    return error.exit;
  }
  stderr.write(`internal error, please report it:\n${detailOf(error)}\n[TG_INTERNAL]\n`);
  return EXIT_SOFTWARE;
}

function detailOf(error: unknown): string {
  return error instanceof Error ? stackOf(error) : String(error);
}
