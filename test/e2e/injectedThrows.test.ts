import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { DropReason } from '../../src/domain/dropReason.ts';
import { startDaemon } from '../support/daemonProcess.ts';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { type Probe, startProbe } from '../support/probe.ts';
import { type Place, type SabotagedProgram, sabotageProgram } from '../support/sabotagedProgram.ts';

/** Only a process that lives on takes this time: a machine may be ten times slower, or busy. */
const LONGEST_LIFE_MS = 60_000;
/** Time between readings after those of the rounds: the timer begins a commit for each. */
const LATER_MS = 200;
/** Two more than there is room for: each reading of a new topic makes a stream leave, and come back later. */
const TOPICS = 12;
const ROUNDS = 3;
/** Number of readings of one topic, one after the other. */
const IN_A_ROW = 3;
const MESSAGES = ROUNDS * TOPICS * IN_A_ROW;

interface CostlyPlace extends Place {
  /** The reading, counted under this reason; what one outlet does with one forecast; or the process. */
  readonly cost: DropReason | 'outlet' | 'process';
  /** At which call it throws. Default: 7. */
  readonly call?: number;
}

const PLACES: readonly CostlyPlace[] = [
  { file: 'adapters/payload/decoder.js', text: 'const decode = (message) => {', cost: 'decoder-failed' },
  { file: 'pipeline/admit.js', text: 'next(arrival) {', cost: 'process' },
  { file: 'pipeline/isolatePoison.js', text: 'function take(arrival) {', cost: 'process' },
  { file: 'pipeline/journalWith.js', text: 'function keep(arrival) {', cost: 'process' },
  { file: 'state/residencyTable.js', text: 'note(input, position) {', cost: 'process' },
  { file: 'pipeline/restoreWith.js', text: '    push(input) {', cost: 'process' },
  { file: 'pipeline/restoreWith.js', text: '    #release() {', cost: 'process', call: 2 },
  // Two leave for new streams, and each that comes back makes one leave: those that come while it is restored need none to leave.
  { file: 'pipeline/routeStreams.js', text: '    #evictOldest() {', cost: 'process', call: 3 },
  { file: 'hosts/stream/inTimeOrder.js', text: '    take(sample) {', cost: 'stream-failed' },
  { file: 'hosts/stream/streamCursor.js', text: 'note({ at, value, inputs }) {', cost: 'stream-failed' },
  { file: 'pipeline/batchPerTurn.js', text: 'function work() {', cost: 'process', call: 2 },
  { file: 'pipeline/learnWith.js', text: 'function handOver(host, batch) {', cost: 'process', call: 2 },
  { file: 'learner/streamLearner.js', text: '    step(step, forecast = new ForecastRow()) {', cost: 'learner-failed' },
  { file: 'pipeline/throttleOutput.js', text: '    take(forecast) {', cost: 'process' },
  { file: 'outlets/results/publisher.js', text: '    forecast(forecast) {', cost: 'outlet' },
  // Commits that a session, a snapshot and the timer have begun.
  { file: 'state/log/journal.js', text: '    #commit() {', cost: 'process', call: 1 },
  { file: 'state/log/journal.js', text: '    #commit() {', cost: 'process', call: 2 },
  { file: 'state/log/journal.js', text: '    #commit() {', cost: 'process', call: 3 },
  { file: 'adapters/mqtt/connection.js', text: 'async #beginSession({ sessionNumber }) {', cost: 'process', call: 1 },
];

describe.skipIf(!hasMosquitto()).concurrent('an error of ours, thrown once', () => {
  let broker: Mosquitto;
  let probe: Probe;
  let program: SabotagedProgram;

  beforeAll(async () => {
    program = await sabotageProgram(PLACES);
    broker = await startMosquitto();
    probe = await startProbe(broker.port);
  });
  afterAll(async () => {
    await probe?.end();
    await broker?.stop();
    program?.dispose();
  });

  it.for(PLACES)('in $file, $text costs: $cost', async ({ cost, call = 7, ...place }, { expect }) => {
    const name = `${place.file} ${place.text}`.replaceAll(/[^a-z]/gi, '') + call;
    const daemon = startDaemon(
      `mqtt: {server: "mqtt://127.0.0.1:${broker.port}", qos: 1, base_topic: tidegate/${name}, client_id: ${name}}
threads: 0
limits: {streams: 10}
health: {interval: 1s}
defaults: {time: {from: arrival}, publish: {min_interval: 0s}, model: {profile: tiny}, min_samples: 2}
streams: [{topic: ${name}/+}]
`,
      ['run'],
      [],
      undefined,
      program.envOf(place, call),
      program.main,
    );
    const health = `tidegate/${name}/bridge/health`;
    const isOver = (): boolean => daemon.child.exitCode !== null || daemon.child.signalCode !== null;
    const read = (i: number): Promise<void> =>
      probe.publish(`${name}/${Math.floor(i / IN_A_ROW) % TOPICS}`, String(20 + (i % 7)));
    try {
      while (!isOver() && !daemon.log().includes('subscribed')) await sleep(20);
      for (let i = 0; i < MESSAGES && !isOver(); i++) {
        await read(i);
      }
      if (cost === 'process') {
        // On a busy machine one commit may take in what two would have: then the place is reached by later readings.
        const end = Date.now() + LONGEST_LIFE_MS;
        for (let i = MESSAGES; !isOver() && Date.now() < end; i++) await Promise.all([read(i), sleep(LATER_MS)]);
        expect(isOver() ? await daemon.exited() : 'alive', daemon.log()).toBe(70);
        expect(daemon.log()).toContain('[TG_INTERNAL]');
        return;
      }
      const latest = (): { messages: number; failures: number; dropped: Record<string, number> } | undefined =>
        JSON.parse(probe.on(health).findLast((payload) => payload !== '') ?? 'null') ?? undefined;
      await expect.poll(() => latest()?.failures).toBe(1);
      expect(latest()?.dropped).toEqual(cost === 'outlet' ? {} : { [cost]: 1 });
      await expect.poll(() => latest()?.messages).toBe(MESSAGES);
      expect(daemon.log().includes('outlet failure')).toBe(cost === 'outlet');
      daemon.kill('SIGTERM');
      expect(await daemon.exited(), daemon.log()).toBe(0);
    } finally {
      await daemon.dispose();
    }
  });
});
