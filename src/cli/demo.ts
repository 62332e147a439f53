import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { createSystemClock } from '../adapters/clock/systemClock.ts';
import { createLiveTable } from '../adapters/terminal/liveTable.ts';
import { type Column, renderTable } from '../adapters/terminal/renderTable.ts';
import { toDurationMs } from '../domain/time.ts';
import { createLog } from '../telemetry/createLog.ts';
import { runDemo } from '../tools/demo/demo.ts';
import type { BoardRow, DemoBoard } from '../tools/demo/demoBoard.ts';
import { writeLaundry } from '../tools/demo/sensors/writeLaundry.ts';
import type { CliContext } from './context.ts';
import { readVersion } from './version.ts';

interface Flags {
  readonly seconds?: number;
  readonly port?: number;
  readonly json?: boolean;
  readonly csv?: string;
  readonly rows: number;
}

const SERIES_SEED = 1;
const LINE_PERIOD = toDurationMs(5000);

export function addDemoCommand(program: Command, context: CliContext): void {
  program
    .command('demo')
    .description('embedded broker, simulated sensors with faults, the agent and a live table; needs no network')
    .option('--seconds <n>', 'two weeks of sensor time in this many seconds, then a summary', toPositive)
    .option('--port <p>', 'port of the broker on 127.0.0.1 (default: a free one)', toPort)
    .option('--json', 'print the summary as JSON')
    .option('--csv <file>', 'run nothing: write a series of the washing machine, with its phases, into a new file')
    .option('--rows <n>', 'readings of that series, ten seconds apart', toRows, 50_000)
    .action(async ({ seconds, port, json, csv, rows }: Flags) => {
      if (csv !== undefined) {
        writeLaundry(resolve(context.cwd, csv), rows, SERIES_SEED);
        return;
      }
      const { stdout, stderr, env, stop } = context;
      const log = createLog({ level: 'error', format: 'auto', stream: stderr, env, clock: createSystemClock() });
      const now = (): number => performance.now();
      const out = json ? stderr : stdout;
      const table = createLiveTable({ out, columns: LIVE, env: { ...env }, linePeriodMs: LINE_PERIOD, now });
      let board: DemoBoard;
      try {
        const onChange = (latest: DemoBoard, url: string): void => table.draw(latest.rows(), footerOf(latest, url));
        board = await runDemo({ seconds, port, version: readVersion(), log, stop, onChange });
      } finally {
        table.stop();
      }
      stdout.write(json ? `${toJson(board)}\n` : `\n${renderTable(SUMMARY, board.rows())}`);
    });
}

function footerOf({ page }: DemoBoard, url: string): string {
  const broker = `broker ${url}: see it with mosquitto_sub -L ${url}/tidegate/#   Ctrl-C ends`;
  return page === '' ? broker : `${page}   ${broker}`;
}

function toPositive(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 1 && seconds <= 86_400)) throw new InvalidArgumentError('seconds from 1 to 86400');
  return seconds;
}

function toRows(text: string): number {
  const rows = Number(text);
  if (!(Number.isInteger(rows) && rows >= 1 && rows <= 10_000_000))
    throw new InvalidArgumentError('a whole number from 1 to 10000000');
  return rows;
}

function toPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError('a port from 1 to 65535');
  return port;
}

const figure = (value: number | null | undefined, digits = 4): string =>
  value === null || value === undefined ? '-' : String(Number(value.toPrecision(digits)));

/** The class of the last reading with its probability in per cent; nothing where there is none. */
function classOf(latest: BoardRow['latest']): string {
  const answer = latest?.classAnswer;
  if (answer === undefined) return '';
  return `${answer.label} ${Math.round(100 * answer.probabilities[answer.classes.indexOf(answer.label)])} %`;
}

const LIVE: readonly Column<BoardRow>[] = [
  { title: 'sensor', text: ({ sensor }) => sensor.name },
  {
    title: 'time',
    text: ({ latest }) => (latest ? new Date(latest.at).toISOString().slice(5, 16).replace('T', ' ') : '-'),
  },
  { title: 'value', text: ({ latest, sensor }) => `${figure(latest?.value)} ${sensor.unit}`, align: 'right' },
  { title: 'expected', text: ({ latest }) => figure(latest?.expected?.mean), align: 'right' },
  { title: 'next', text: ({ latest }) => figure(latest?.horizons[0]?.mean), align: 'right' },
  {
    title: 'interval',
    text: ({ latest }) => `${figure(latest?.horizons[0]?.lower, 3)} … ${figure(latest?.horizons[0]?.upper, 3)}`,
    align: 'right',
    minWidth: 8,
  },
  {
    title: 'score',
    text: ({ latest }) => figure(latest?.anomalyScore, 2),
    align: 'right',
    style: ({ latest }) => (latest?.anomaly ? 'red' : undefined),
  },
  { title: 'alarm', text: ({ latest }) => (latest?.anomaly ? 'ALARM' : ''), style: () => 'red' },
  { title: 'class', text: ({ latest }) => classOf(latest) },
  { title: 'answers', text: ({ latest }) => latest?.source ?? '-' },
  { title: 'skill', text: ({ latest }) => figure(latest?.skill, 2), align: 'right' },
  { title: 'coverage', text: ({ latest }) => figure(latest?.coverage, 3), align: 'right' },
  { title: 'n', text: ({ latest }) => String(latest?.samples ?? 0), align: 'right' },
  { title: 'state', text: ({ latest }) => latest?.state ?? '-' },
];

const SUMMARY: readonly Column<BoardRow>[] = [
  { title: 'stream', text: ({ sensor }) => sensor.stream },
  { title: 'samples', text: ({ latest }) => String(latest?.samples ?? 0), align: 'right' },
  { title: 'MAE', text: ({ score }) => figure(score?.mae), align: 'right' },
  { title: 'MAE last value', text: ({ score }) => figure(score?.maeLastValue), align: 'right' },
  { title: 'gain over last value', text: ({ score }) => figure(score?.gainOverLastValue, 3), align: 'right' },
  { title: 'skill', text: ({ latest }) => figure(latest?.skill, 3), align: 'right' },
  { title: 'coverage', text: ({ score }) => figure(score?.coverage, 3), align: 'right' },
  {
    title: 'faults found',
    text: ({ faults }) => `${faults.found.length} of ${faults.found.length + faults.missed.length}`,
    align: 'right',
  },
  {
    title: 'classes right',
    text: ({ latest }) => figure(latest?.classAnswer?.scores?.accuracy, 3),
    align: 'right',
  },
  { title: 'false alarms', text: ({ faults }) => String(faults.falseAlarms.length), align: 'right' },
];

function toJson(board: DemoBoard): string {
  const streams = board.rows().map(({ sensor, latest, score, faults }) => ({
    stream: sensor.stream,
    samples: latest?.samples ?? 0,
    mae: score?.mae ?? null,
    mae_last_value: score?.maeLastValue ?? null,
    gain_over_last_value: score?.gainOverLastValue ?? null,
    skill: latest?.skill ?? null,
    coverage: score?.coverage ?? null,
    faults_found: faults.found.map(({ kind }) => kind),
    faults_missed: faults.missed.map(({ kind }) => kind),
    false_alarms: faults.falseAlarms.length,
    class_accuracy: latest?.classAnswer?.scores?.accuracy ?? null,
    class_macro_f1: latest?.classAnswer?.scores?.macroF1 ?? null,
  }));
  return JSON.stringify({ streams });
}
