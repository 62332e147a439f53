import mqtt from 'mqtt';
import { createSystemClock } from '../../../src/adapters/clock/systemClock.ts';
import { compose } from '../../../src/app/compose.ts';
import type { AdjustableLog } from '../../../src/telemetry/log.ts';
import { whenConnected } from '../../support/whenConnected.ts';
import { readBenchConfig } from '../benchConfig.ts';

// What is measured, in a process of its own: the daemon as it is composed for production, or an echo of bare mqtt.js.
// It measures its own CPU time, of all its threads, whenever it is asked to.

export interface SubjectOptions {
  readonly port: number;
  /** The daemon's configuration; without it an echo. */
  readonly config?: string;
  /** Messages that the echo answers each one with; the daemon gives a state and a forecast. */
  readonly answers?: number;
}

/** CPU time in µs since the start, and what became of the messages. */
export interface SubjectMark {
  readonly cpu: number;
  readonly messages: number;
  readonly forecasts: number;
  readonly drops: number;
  readonly published: number;
  readonly publishDrops: number;
}

const options: SubjectOptions = JSON.parse(process.argv[2]!);
const counts = options.config === undefined ? await runEcho(options.answers ?? 1) : runDaemon(options.config);

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send!({ cpu: user + system, ...counts() } satisfies SubjectMark);
});
process.on('disconnect', () => process.exit());

type Counts = () => Omit<SubjectMark, 'cpu'>;

async function runEcho(answers: number): Promise<Counts> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${options.port}`, { protocolVersion: 5 });
  let messages = 0;
  client.on('message', (topic, payload) => {
    messages++;
    const reading = JSON.parse(payload.toString());
    client.publish(`echo/${topic}`, JSON.stringify(reading));
    if (answers > 1) client.publish(`echo/${topic}/forecast`, JSON.stringify(reading));
  });
  await client.subscribeAsync('load/+');
  process.send!('ready');
  return () => ({ messages, forecasts: messages, drops: 0, published: messages * answers, publishDrops: 0 });
}

function runDaemon(text: string): Counts {
  const config = readBenchConfig(text);
  const tell = (message: string): void => void process.stderr.write(`daemon: ${message}\n`);
  const log: AdjustableLog = {
    threshold: 'info',
    error: tell,
    warning: tell,
    info: () => undefined,
    debug: () => undefined,
  };
  const app = compose({
    config,
    version: '0',
    clock: createSystemClock(),
    log,
    outlets: [whenConnected(() => process.send!('ready'))],
  });
  void app.run(new AbortController().signal);
  const { counters } = app;
  return () => ({
    messages: counters.received,
    forecasts: counters.issued,
    drops: counters.droppedInAll,
    published: counters.published,
    publishDrops: [...counters.publishDropped.values()].reduce((sum, count) => sum + count, 0),
  });
}
