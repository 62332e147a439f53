import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchTable } from './benchTables.ts';
import { buildBase, chooseBase } from './gate/baseBuild.ts';
import { type Builds, measureRow, type RowOptions } from './gate/measureRow.ts';
import { MEASURES } from './gate/onDemand.ts';
import { selectRows } from './gate/rows.ts';
import { COLUMNS, cellsOf, faultOf, type RowTimes } from './gate/verdict.ts';
import { printTable, writeReport } from './report.ts';

// `npm run bench:gate [-- BASE]`: CPU time per message of the built daemon beside that of a base commit, in turn with it and with a bare
// echo, on the same readings over MQTT. Fails above 1.1 times the base in any row. `--rows last-value,h32`, `--repeats 7`, `--quick`,
// `--json`: figures to stdout. What it takes is Linux with `/proc`, and git.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '' },
    repeats: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const { rows, onDemand } = selectRows(values.rows);
const options: RowOptions = {
  repeats: Number(values.repeats ?? (values.quick ? 3 : 7)),
  readings: 220,
  repeatCpu: values.quick ? 600_000 : 1_500_000,
};
const tell = (text: string): void => void process.stderr.write(`${text}\n`);

const base = chooseBase(positionals[0]);
const builds: Builds = { base: buildBase(base, tell), present: 'dist/main.js' };
const loads = [loadavg()[0]!];
const times: RowTimes[] = [];
for (const row of rows) {
  tell(`${row.title} …`);
  const measured = await measureRow(builds, row, options);
  times.push(measured);
  tell(cellsOf(measured).join('  '));
  loads.push(loadavg()[0]!);
}
const tables: BenchTable[] = [];
for (const name of onDemand) {
  tell(`${name} …`);
  tables.push(await MEASURES[name](builds, options));
  loads.push(loadavg()[0]!);
}
const faults = times.map(faultOf).filter((fault) => fault !== undefined);
report();
for (const fault of faults) tell(fault);
if (faults.length > 0) process.exitCode = 1;

function report(): void {
  const load = { least: Math.min(...loads), most: Math.max(...loads) };
  const figures = {
    base,
    node: process.version,
    load,
    repeats: options.repeats,
    rows: times,
    faults,
    onDemand: tables,
  };
  writeReport('gate', figures, [], tell);
  if (values.json) {
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
    return;
  }
  const about = `base ${base}, Node ${process.version}, load ${load.least.toFixed(1)} to ${load.most.toFixed(1)}`;
  const title = `µs of CPU time per message, median of ${options.repeats} (least … most); ${about}`;
  if (times.length > 0) printTable(title, COLUMNS, times.map(cellsOf));
  for (const { title: of, columns, rows: cells } of tables) printTable(`${of}; ${about}`, columns, cells);
}
