import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { NETWORK_ONLY } from './benchConfig.ts';
import type { BenchTable } from './benchTables.ts';
import { type Driver, hear, startChild, startDriver } from './children.ts';
import type { SubjectMark, SubjectOptions } from './e2e/subject.ts';
import { IS_QUICK, median, printTable, writeReport } from './report.ts';

// The daemon's whole way, JSON in and JSON out through mqtt.js: readings that it answers per second of its own CPU time.
// A bare echo runs in turn with it, since the ratio of the two says more than either on another machine.

const TOPICS = 1000;
const REPEATS = IS_QUICK ? 3 : 7;
/** Sixteen rounds: all streams learn at the same round, every 16th with k1 16, and each repeat has to hold as many. */
const UNIT = 16 * TOPICS;
/** CPU time that one repeat should take, in µs. */
const REPEAT_CPU = IS_QUICK ? 600_000 : 2_000_000;
/** Readings per stream before anything is measured: code is compiled, networks have learned, scores are there. */
const WARM_UP = IS_QUICK ? 16 : 48;

interface Subject {
  readonly name: string;
  readonly base: string;
  /** Below `defaults:`; undefined: an echo. */
  readonly settings?: string;
  readonly answers?: number;
  /** Learner threads of a daemon; 0: all on one. */
  readonly threads?: number;
}

/** `--profile`: a CPU profile of each subject, to be opened in a browser's developer tools. */
const PROFILE = process.argv.includes('--profile')
  ? ['--cpu-prof', '--cpu-prof-interval=250', '--cpu-prof-dir=.cache/bench/profile']
  : [];
/** `--only=TEXT`: of the daemons those whose name holds it. */
const ONLY = process.argv.find((arg) => arg.startsWith('--only='))?.slice('--only='.length) ?? '';

const SUBJECTS: readonly Subject[] = [
  { name: 'echo', base: 'echo', answers: 1 },
  { name: 'echo, two answers', base: 'echo', answers: 2 },
  { name: 'daemon, last value', base: 'tidegate', settings: 'model: {experts: [last_value]}' },
  { name: 'daemon, H 32 k1 16', base: 'tidegate', settings: `model: {${NETWORK_ONLY}}` },
  { name: 'daemon, H 32 k1 16, 1 thread', base: 'tidegate', settings: `model: {${NETWORK_ONLY}}`, threads: 1 },
  { name: 'daemon, defaults', base: 'tidegate', settings: 'model: {}' },
];

interface Running extends Subject {
  readonly broker: ChildProcess | undefined;
  readonly driver: Driver;
  readonly process: ChildProcess;
  readonly cpuPerMessage: number[];
  sent: number;
}

function configOf(port: number, settings: string, threads: number): string {
  return `mqtt: {server: "mqtt://127.0.0.1:${port}", outbound_buffer: 16MB}
defaults: {time: {from: arrival}, publish: {min_interval: 0s}, ${settings}}
streams: [{topic: load/+, target: v}]
limits: {streams: ${TOPICS}}
health: {interval: 1h}
threads: ${threads}
`;
}

/** A broker of its own for each subject: several on one would all get the readings of each. */
async function startMosquitto(): Promise<{ broker: ChildProcess; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  const broker = spawn('mosquitto', ['-p', String(port)], { stdio: 'ignore' });
  await Promise.race([sleep(500), once(broker, 'exit').then(() => Promise.reject(new Error('mosquitto ended')))]);
  return { broker, port };
}

async function launch(subject: Subject, withMosquitto: boolean): Promise<Running> {
  const real = withMosquitto ? await startMosquitto() : undefined;
  const driver = await startDriver({ topics: TOPICS, base: subject.base, ...(real && { broker: real.port }) });
  if (real !== undefined) await driver.ready;
  const { settings, answers, threads = 0 } = subject;
  const options: SubjectOptions = {
    port: driver.port,
    ...(settings === undefined ? {} : { config: configOf(driver.port, settings, threads) }),
    ...(answers === undefined ? {} : { answers }),
  };
  const child = startChild('e2e/subject', options, PROFILE);
  await hear(child);
  return { ...subject, broker: real?.broker, driver, process: child, cpuPerMessage: [], sent: 0 };
}

async function mark({ process }: Running): Promise<SubjectMark> {
  process.send('mark');
  return hear<SubjectMark>(process);
}

/** @returns the subject's CPU time per reading in µs */
async function drive(running: Running, count: number): Promise<number> {
  const before = await mark(running);
  const { sent } = await running.driver.drive(count);
  running.sent += sent;
  const after = await mark(running);
  return (after.cpu - before.cpu) / (after.forecasts - before.forecasts);
}

interface Measured {
  readonly figures: readonly Figures[];
  readonly table: BenchTable;
}

async function measure(withMosquitto: boolean): Promise<Measured> {
  const all: Running[] = [];
  for (const subject of SUBJECTS) {
    if (subject.settings === undefined || subject.name.includes(ONLY)) all.push(await launch(subject, withMosquitto));
  }
  const counts: number[] = [];
  for (const running of all) {
    const slow = await drive(running, TOPICS * WARM_UP);
    counts.push(UNIT * Math.max(1, Math.round(REPEAT_CPU / slow / UNIT)));
  }
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (const [i, running] of all.entries()) running.cpuPerMessage.push(await drive(running, counts[i]!));
  }
  const figures: Figures[] = [];
  for (const running of all) figures.push(await conclude(running));
  const broker = withMosquitto ? 'mosquitto' : 'a bare socket as the broker';
  const title = `The whole daemon over MQTT, JSON in and out, ${TOPICS} streams in turn, ${broker}: readings answered per CPU-second`;
  return { figures, table: print(title, figures) };
}

interface Figures extends Omit<SubjectMark, 'cpu'> {
  readonly subject: string;
  /** µs of CPU time, per repeat. */
  readonly cpuPerMessage: readonly number[];
  readonly messagesPerCpuSecond: number;
  readonly sent: number;
  /** Neither answered nor dropped and counted: has to be 0. */
  readonly lost: number;
}

async function conclude(running: Running): Promise<Figures> {
  const { name, cpuPerMessage, sent } = running;
  const { cpu: _, ...counts } = await mark(running);
  const lost = sent - counts.forecasts - counts.drops;
  if (lost !== 0) process.exitCode = 1;
  running.driver.stop();
  running.process.disconnect();
  await once(running.process, 'exit');
  running.broker?.kill();
  const messagesPerCpuSecond = Math.round(1e6 / median(cpuPerMessage));
  return { subject: name, messagesPerCpuSecond, cpuPerMessage, sent, lost, ...counts };
}

function print(title: string, figures: readonly Figures[]): BenchTable {
  const echo = median(figures[0]!.cpuPerMessage);
  const rows = figures.map((f) => {
    const cpu = median(f.cpuPerMessage);
    const spread = `${Math.min(...f.cpuPerMessage).toFixed(1)} … ${Math.max(...f.cpuPerMessage).toFixed(1)}`;
    const share = (echo / cpu).toFixed(2);
    const { sent, forecasts, drops, publishDrops, lost } = f;
    return [
      f.subject,
      f.messagesPerCpuSecond,
      cpu.toFixed(2),
      spread,
      share,
      sent,
      forecasts,
      drops,
      publishDrops,
      lost,
    ];
  });
  const head = [
    '',
    'msg/CPU-s',
    'µs/msg',
    'least … most',
    'of echo',
    'sent',
    'answered',
    'dropped',
    'unpublished',
    'lost',
  ];
  return printTable(title, head, rows);
}

const socket = await measure(false);
const hasMosquitto = spawnSync('mosquitto', ['-h']).error === undefined;
const mosquitto = hasMosquitto && PROFILE.length === 0 ? await measure(true) : undefined;
const figures = { socket: socket.figures, mosquitto: mosquitto?.figures ?? [] };
const tables = [socket, mosquitto].flatMap((measured) => (measured === undefined ? [] : [measured.table]));
writeReport('e2e', { topics: TOPICS, repeats: REPEATS, ...figures }, ONLY === '' && PROFILE.length === 0 ? tables : []);
