import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { NETWORK_ONLY } from './benchConfig.ts';
import type { BenchTable } from './benchTables.ts';
import { hear, startChild } from './children.ts';
import { median, printTable, writeReport } from './report.ts';
import { hasStage, STAGES, type Stage } from './stages/stage.ts';
import type { Answer, Ask, SubjectOptions } from './stages/subject.ts';

// Where a message's CPU time and memory go: the real modules in one process, without the socket, up to and including each stage.
// All paths of a number of streams run in turn, each in a process of its own. `--streams 10,1000`, `--stages decode,bytes`,
// `--model tiny`, `--top 40`: places of allocation that are printed.

const MODELS: Readonly<Record<string, string>> = {
  'last value': 'experts: [last_value]',
  'H 32 k1 16': NETWORK_ONLY,
  tiny: 'profile: tiny',
  defaults: '',
};

const { values } = parseArgs({
  strict: true,
  options: {
    quick: { type: 'boolean', default: false },
    streams: { type: 'string', default: '10,100,1000,10000' },
    stages: { type: 'string', default: '' },
    model: { type: 'string', default: 'last value' },
    repeats: { type: 'string' },
    top: { type: 'string', default: '25' },
  },
});
const REPEATS = Number(values.repeats ?? (values.quick ? 3 : 7));
/** CPU time of one repeat in µs: below 300 ms it is the compiler that is measured. */
const REPEAT_CPU = values.quick ? 300_000 : 500_000;
/** Messages of a sampling profile. */
const PROFILED = 60_000;
/** Messages before anything is measured, and readings of each stream where it has a learner: the anomaly score begins at 200. */
const WARM_UP = 60_000;
const READINGS = 220;

const streamCounts = values.streams.split(',').map(Number);
const stages: readonly Stage[] =
  values.stages === '' ? STAGES : STAGES.filter((stage) => values.stages.split(',').includes(stage));
const model = MODELS[values.model];
if (model === undefined)
  throw new Error(`no model is called ${values.model}; there are: ${Object.keys(MODELS).join(', ')}`);
if (stages.length === 0) throw new Error(`no stage is called ${values.stages}; there are: ${STAGES.join(', ')}`);

interface Running {
  readonly stage: Stage;
  readonly streams: number;
  readonly process: ChildProcess;
  /** Messages of a repeat. */
  messages: number;
  /** µs of CPU time, per repeat. */
  readonly cpuPerMessage: number[];
  bytesPerMessage: number;
  sites: Answer['sites'];
}

async function ask({ process }: Running, question: Ask): Promise<Answer> {
  process.send(question);
  return hear<Answer>(process);
}

async function launch(stage: Stage, streams: number): Promise<Running> {
  const options: SubjectOptions = { last: stage, streams, model: model as string };
  const process = startChild('stages/subject', options);
  await hear(process);
  return { stage, streams, process, messages: 0, cpuPerMessage: [], bytesPerMessage: 0, sites: [] };
}

async function warmUp(running: Running): Promise<void> {
  const { stage, streams } = running;
  const readings = hasStage(stage, 'learner') ? READINGS : 1;
  await ask(running, { kind: 'time', messages: Math.max(WARM_UP, readings * streams) });
  const { cpu, messages } = await ask(running, { kind: 'time', messages: WARM_UP });
  // Whole rounds of all streams, so that each repeat learns as often.
  const round = Math.max(800, streams);
  running.messages = round * Math.max(1, Math.round((REPEAT_CPU * messages) / cpu / round));
}

async function measure(streams: number): Promise<readonly Running[]> {
  const all: Running[] = [];
  for (const stage of stages) all.push(await launch(stage, streams));
  for (const running of all) await warmUp(running);
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (const running of all) {
      const { cpu, messages } = await ask(running, { kind: 'time', messages: running.messages });
      running.cpuPerMessage.push(cpu / messages);
    }
  }
  for (const running of all) {
    const { bytes, sites, messages } = await ask(running, { kind: 'allocation', messages: PROFILED });
    running.bytesPerMessage = bytes / messages;
    running.sites = sites.map((site) => ({ ...site, bytes: site.bytes / messages }));
    running.process.disconnect();
    await once(running.process, 'exit');
  }
  return all;
}

function printTimes(all: readonly (readonly Running[])[]): BenchTable {
  const rows = stages.map((stage, i) => [
    stage,
    ...all.map((runs) => median(runs[i]!.cpuPerMessage).toFixed(2)),
    ...all.map((runs) => Math.min(...runs[i]!.cpuPerMessage).toFixed(2)),
  ]);
  const head = ['up to', ...streamCounts.map(String), ...streamCounts.map((count) => `least, ${count}`)];
  return printTable(
    `The daemon's path without its socket (${values.model}): µs of CPU time per message up to and including the stage, by streams; medians of ${REPEATS}`,
    head,
    rows,
  );
}

function printBytes(all: readonly (readonly Running[])[]): BenchTable {
  const rows = stages.map((stage, i) => [stage, ...all.map((runs) => runs[i]!.bytesPerMessage.toFixed(0))]);
  return printTable(
    `Bytes allocated on the heap per message up to and including the stage, by streams`,
    ['up to', ...streamCounts.map(String)],
    rows,
  );
}

function printSites(last: Running): void {
  printTable(
    `Where the bytes of a message are allocated (${last.stage}, ${last.streams} streams)`,
    ['', 'bytes'],
    last.sites.slice(0, Number(values.top)).map(({ place, bytes }) => [place, bytes.toFixed(1)]),
  );
}

const all: (readonly Running[])[] = [];
for (const streams of streamCounts) all.push(await measure(streams));
const tables = [printTimes(all), printBytes(all)];
const shown = all.find((runs) => runs[0]?.streams === 1000) ?? all.at(-1);
const last = shown?.at(-1);
if (last !== undefined) printSites(last);
const results = all.flat().map(({ process: _, messages: __, ...figures }) => figures);
const isWhole = values.stages === '' && values.model === 'last value';
writeReport('stages', { repeats: REPEATS, model: values.model, results }, isWhole ? tables : []);
