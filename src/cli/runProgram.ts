import { Command, CommanderError } from 'commander';
import { TidegateError } from '../domain/errors.ts';
import { addCheckCommand } from './check.ts';
import type { CliContext } from './context.ts';
import { addDemoCommand } from './demo.ts';
import { addDiscoverCommand } from './discover.ts';
import { addDoctorCommand } from './doctor.ts';
import { addMemoryCommand } from './memory.ts';
import { addReplayCommand } from './replay.ts';
import { addRunCommand } from './run.ts';
import { addStateCommands } from './state.ts';
import { readVersion } from './version.ts';

const EXIT_USAGE = 64;
/** An error of ours (sysexits: EX_SOFTWARE). */
export const EXIT_SOFTWARE = 70;

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
  addRunCommand(program, context);
  addDemoCommand(program, context);
  addCheckCommand(program, context);
  addDiscoverCommand(program, context);
  addDoctorCommand(program, context, (value) => {
    status = value;
  });
  addReplayCommand(program, context);
  addMemoryCommand(program, context);
  addStateCommands(program, context);
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    return explain(error, context.stderr);
  }
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
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
