import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { type Driver, hear, startChild, startDriver } from '../children.ts';
import { type Daemon, type DaemonSetup, startDaemon } from './daemon.ts';
import { cpuOf } from './processCpu.ts';
import type { RowTimes } from './verdict.ts';

/** The two `main.js` that are compared. */
export interface Builds {
  readonly base: string;
  readonly present: string;
}

export interface RowOptions {
  readonly repeats: number;
  /** Readings of each stream before anything is measured. */
  readonly readings: number;
  /** CPU time that a repeat should take, in µs. */
  readonly repeatCpu: number;
}

/** Networks with k1 16 learn at every 16th reading: each repeat has whole turns of it. */
const TURN = 16;

/** A process that answers readings; its CPU time goes on being counted from one repeat to the next. */
class Subject {
  readonly #driver: Driver;
  readonly #pid: number;
  readonly stop: () => Promise<void>;
  readonly times: number[] = [];
  #cpu = 0;
  lost = 0;
  count = 0;

  constructor(driver: Driver, pid: number, stop: () => Promise<void>) {
    this.#driver = driver;
    this.#pid = pid;
    this.stop = stop;
  }

  async warmUp(streams: number, { readings, repeatCpu }: RowOptions): Promise<void> {
    const round = TURN * streams;
    await this.#drive(Math.ceil((readings * streams) / round) * round);
    const time = await this.#drive(round);
    this.count = round * Math.max(1, Math.round(repeatCpu / time / round));
  }

  async repeat(): Promise<void> {
    this.times.push(await this.#drive(this.count));
  }

  /** @returns CPU time per reading in µs; learning that follows the last answer counts to the next call */
  async #drive(count: number): Promise<number> {
    const { sent, answered } = await this.#driver.drive(count);
    this.lost += sent - answered;
    const before = this.#cpu;
    this.#cpu = cpuOf(this.#pid);
    return (this.#cpu - before) / sent;
  }
}

/** Runs base, present and an echo in turn on the same readings. */
export async function measureRow(
  builds: Builds,
  row: DaemonSetup & { readonly title: string },
  options: RowOptions,
): Promise<RowTimes> {
  const subjects = {
    echo: await startEcho(row.streams),
    base: ofDaemon(await startDaemon(builds.base, row)),
    present: ofDaemon(await startDaemon(builds.present, row)),
  };
  const { echo, base, present } = subjects;
  for (const subject of [echo, base, present]) await subject.warmUp(row.streams, options);
  for (let i = 0; i < options.repeats; i++) {
    // Whoever comes second finds another cache: they take turns.
    for (const subject of i % 2 === 0 ? [echo, base, present] : [present, base, echo]) await subject.repeat();
  }
  for (const subject of [echo, base, present]) await subject.stop();
  const { title } = row;
  const lost = { base: base.lost, present: present.lost };
  return { title, base: base.times, present: present.times, echo: echo.times, lost };
}

function ofDaemon(daemon: Daemon): Subject {
  return new Subject(daemon.driver, daemon.pid, async () => {
    await daemon.stop();
    daemon.clear();
  });
}

/** A bare client of mqtt.js that answers each reading once. */
async function startEcho(streams: number): Promise<Subject> {
  const driver = await startDriver({ topics: streams, base: 'echo' });
  const child: ChildProcess = startChild('e2e/subject', { port: driver.port, answers: 1 });
  await hear(child);
  return new Subject(driver, child.pid!, async () => {
    child.disconnect();
    await once(child, 'exit');
    driver.stop();
  });
}
