import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { type Probe, startProbe } from '../support/probe.ts';

const START = Date.UTC(2026, 0, 5);
const timeOf = (i: number): string => new Date(START + 10_000 * i).toISOString();
/** Ten readings each of rest, of work, and so on. */
const classOf = (i: number): string => (Math.floor(i / 10) % 2 === 0 ? 'idle' : 'wash');
const readingOf = (i: number): readonly [string, string] => [
  'plug/washer',
  JSON.stringify({ power: (classOf(i) === 'idle' ? 2 : 400) + ((i * 7919) % 13) / 10, time: timeOf(i) }),
];
/** The label of the readings `from` to `from` + 9. */
const labelOf = (from: number): readonly [string, string] => [
  'programme/washer',
  JSON.stringify({ state: classOf(from), begin: timeOf(from), end: timeOf(from + 9) }),
];

describe.skipIf(!hasMosquitto())('classes taught over MQTT (real mosquitto)', () => {
  let broker: Mosquitto;
  let probe: Probe;
  let folder: string;
  const daemons: DaemonProcess[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-labels-'));
    broker = await startMosquitto();
    probe = await startProbe(broker.port);
  });
  afterEach(async () => {
    for (const daemon of daemons.splice(0)) await daemon.dispose();
  });
  afterAll(async () => {
    await probe?.end();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(name: string): DaemonProcess {
    const labels = `, classify: {label_topic: programme/+, label_path: state, from: begin, to: end}`;
    const daemon = startDaemon(
      `mqtt: {server: "mqtt://127.0.0.1:${broker.port}", client_id: ${name}, base_topic: tidegate/${name}, qos: 1}
threads: 0
health: {interval: 1s}
limits: {thin_after: 0}
defaults: {time: {from: message, sanity: off, zone: UTC}, publish: {min_interval: 0s}, model: {profile: tiny}, min_samples: 20}
streams: [{topic: plug/+, target: power${labels}}]
`,
      ['run'],
      [],
      join(folder, name),
    );
    daemons.push(daemon);
    return daemon;
  }

  const topicOf = (name: string): string => `tidegate/${name}/plug/washer/power/class`;

  async function until<T>(what: string, read: () => T | undefined): Promise<T> {
    for (const end = Date.now() + 60_000; ; await sleep(20)) {
      const found = read();
      if (found !== undefined) return found;
      if (Date.now() > end) throw new Error(`no ${what}`);
    }
  }
  /** The newest answer to a reading. */
  const answerTo = (name: string, i: number): Promise<string> =>
    until(`class of reading ${i} from ${name}`, () =>
      probe.on(topicOf(name)).findLast((payload) => payload !== '' && JSON.parse(payload).ts === timeOf(i)),
    );

  /** Readings, with labels that come thirty readings late. */
  async function teach(from: number, to: number): Promise<void> {
    for (let i = from; i < to; i += 10) {
      await probe.publishAll(Array.from({ length: 10 }, (_, k) => readingOf(i + k)));
      if (i >= 30) await probe.publishAll([labelOf(i - 30)]);
    }
  }

  it('late labels over kill -9 and restart: as if nothing had been; wrong ones are counted', async () => {
    let daemon = start('killed');
    const other = start('spared');
    await Promise.all([daemon.logged('subscribed'), other.logged('subscribed')]);
    await teach(0, 300);
    await answerTo('killed', 299);
    daemon.kill('SIGKILL');
    await daemon.exited();
    // Both come while nobody is there to take them in.
    await teach(300, 330);
    daemon = start('killed');
    await daemon.logged('subscribed');
    await teach(330, 400);
    const said = await answerTo('killed', 399);
    expect(said).toBe(await answerTo('spared', 399));
    const answer = JSON.parse(said);
    expect(answer).toMatchObject({
      class: 'wash',
      labels: expect.any(Number),
      probabilities: { wash: answer.confidence },
    });
    expect(Date.parse(answer.since)).toBe(START + 10_000 * 390);
    expect(answer.accuracy).toBeGreaterThan(0.8);

    await probe.publishAll([
      ['programme/washer', '{"state":{"name":"x"}}'],
      ['programme/washer', '{"state":"wash","begin":"soon"}'],
      ['programme/nobody', '{"state":"wash"}'],
    ]);
    await until('counts of wrong labels', () => {
      const health = probe.on('tidegate/killed/bridge/health').at(-1);
      const dropped = health === undefined ? {} : JSON.parse(health).dropped;
      const isCounted = ['not-a-label', 'bad-time', 'no-such-stream'].every((reason) => dropped[reason] === 1);
      return isCounted ? true : undefined;
    });
  });
});
