import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Column, renderTable } from '../adapters/terminal/renderTable.ts';
import { loadConfig } from '../config/loadConfig.ts';
import type { Finding } from '../domain/finding.ts';
import { examine } from '../tools/doctor/doctor.ts';
import type { CliContext } from './context.ts';

const EXIT_FAILED = 1;
const EXIT_WARNINGS = 2;

interface Flags {
  readonly config?: string;
  readonly dir?: string;
  readonly experiment?: boolean;
  readonly json?: boolean;
}

/** @param endWith sets the exit status of a command that itself did well */
export function addDoctorCommand(program: Command, context: CliContext, endWith: (status: number) => void): void {
  program
    .command('doctor')
    .description(
      'look at broker, clock, storage and memory, and say what can be lost; exit status 0: nothing, 2: something, 1: something does not work',
    )
    .option('-c, --config <file>', 'configuration')
    .option('--dir <folder>', 'where the state is kept (default: state.dir)')
    .option(
      '--experiment',
      'also try with 2,000 messages whether the broker keeps what comes while we are away, and with a small file how fast the disk is',
    )
    .option('--json', 'print the result as JSON')
    .action(async ({ config: file, dir, experiment = false, json }: Flags) => {
      const { env, cwd, hostname, stdout } = context;
      const config = loadConfig({ file, env, cwd, hostname });
      const folder = dir === undefined ? config.state.dir : resolve(cwd, dir);
      const findings = await examine({ config, stateFolder: folder, experiment });
      const status = statusOf(findings);
      stdout.write(json ? `${JSON.stringify({ file: config.file, status, findings })}\n` : toText(findings));
      endWith(status);
    });
}

function statusOf(findings: readonly Finding[]): number {
  const has = (wanted: Finding['verdict']) => findings.some(({ verdict }) => verdict === wanted);
  return has('failed') ? EXIT_FAILED : has('warning') ? EXIT_WARNINGS : 0;
}

const COLUMNS: readonly Column<Finding>[] = [
  { title: 'check', text: ({ check }) => check },
  { title: 'result', text: ({ verdict }) => verdict },
  { title: 'found', text: ({ found }) => found },
];

function toText(findings: readonly Finding[]): string {
  const advice = findings.flatMap(({ check, advice }) => (advice === undefined ? [] : [`${check}: ${advice}`]));
  return [renderTable(COLUMNS, findings), ...advice].join('\n').replace(/\n*$/, '\n');
}
