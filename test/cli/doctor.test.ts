import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { describe, it, type TestContext } from 'vitest';
import { hasMosquitto, type Mosquitto, type MosquittoOptions, startMosquitto } from '../support/mosquitto.ts';
import { runInProcess } from '../support/runInProcess.ts';

/** A broker and a folder of one test, which runs beside the others: trials wait for time outs of brokers. */
interface Stage {
  readonly broker: Mosquitto | undefined;
  /** Settings with which the broker is found. */
  readonly server: string;
  doctor(mqttSettings: string, ...args: readonly string[]): Promise<Answer>;
}

interface Answer {
  readonly exit: number;
  readonly out: string;
  readonly findings: readonly { check: string; verdict: string; found: string; advice?: string }[];
}

/** @param options of the broker; undefined: there is none */
async function start(onTestFinished: TestContext['onTestFinished'], options?: MosquittoOptions): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const broker = options === undefined ? undefined : await startMosquitto(options);
  onTestFinished(() => broker?.stop());
  return {
    broker,
    server: `server: "mqtt://127.0.0.1:${broker?.port ?? 1}"`,
    async doctor(mqttSettings, ...args) {
      writeFileSync(join(folder, 'c.yaml'), `mqtt: {${mqttSettings}}\nstreams: [{topic: "s/#"}]\n`);
      const { exit, both: out } = await runInProcess(folder, ['doctor', '-c', 'c.yaml', '--dir', '.', ...args]);
      return { exit, out, findings: args.includes('--json') ? JSON.parse(out).findings : [] };
    },
  };
}

const of = ({ findings }: Answer, check: string) => findings.find((it) => it.check === check);

describe.concurrent('tidegate doctor', () => {
  it('goes on without a broker, and ends with 1', async ({ expect, onTestFinished }) => {
    const { server, doctor } = await start(onTestFinished);
    const answer = await doctor(server, '--json');
    expect(answer.exit).toBe(1);
    expect(of(answer, 'broker')).toMatchObject({ verdict: 'failed', found: expect.stringContaining('ECONNREFUSED') });
    expect(of(answer, 'state folder')?.verdict).toBeDefined();
  });

  it.skipIf(!hasMosquitto())(
    'publishes nothing unasked, and says what it would do',
    async ({ expect, onTestFinished }) => {
      const { broker, server, doctor } = await start(onTestFinished, {});
      const { exit, out } = await doctor(`${server}, qos: 0`);
      expect(exit).toBe(2);
      expect(out).toMatch(/^quality of service +warning +QoS 0: /m);
      expect(out).toMatch(/^queue +note +not tried/m);
      expect(out).toMatch(/^queue: --experiment subscribes to tidegate\/doctor/m);
      expect(broker?.log()).not.toMatch(/Received (PUBLISH|SUBSCRIBE)/);
    },
  );

  it.skipIf(!hasMosquitto()).for([
    ['5', ''],
    ['3.1.1', ''],
    ['5', 'max_queued_messages 100000'],
  ] as const)(
    'finds out by trial what MQTT %s and "%s" lose, and leaves no session',
    async ([protocol, config], { expect, onTestFinished }) => {
      const { broker, server, doctor } = await start(onTestFinished, { config });
      const answer = await doctor(`${server}, qos: 1, protocol: ${protocol}`, '--experiment', '--json');
      const expected =
        config === '' ? { verdict: 'warning', found: /^lost 1\d\d\d of 2000/ } : { verdict: 'ok', found: /2000/ };
      expect(of(answer, 'queue')?.verdict).toBe(expected.verdict);
      expect(of(answer, 'queue')?.found).toMatch(expected.found);
      const clientId = /as (tidegate-pi-doctor-\w{8}) /.exec(broker?.log() ?? '')?.[1];
      expect(clientId).toBeDefined();
      const heir = mqtt.connect({ port: broker?.port as number, clientId: clientId as string, clean: false });
      const isLeft = await new Promise((resolve) =>
        heir.once('connect', ({ sessionPresent }) => resolve(sessionPresent)),
      );
      await heir.endAsync();
      expect(isLeft).toBe(false);
    },
  );

  it.skipIf(!hasMosquitto())(
    'tells by trial which topics are silent, and what is lost and repeated of what is under way',
    async ({ expect, onTestFinished }) => {
      const { broker, server, doctor } = await start(onTestFinished, { config: 'max_queued_messages 100000' });
      const sensor = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker?.port}`);
      await sensor.publishAsync('s/hall', '21.5', { retain: true });
      const heard = await doctor(`${server}, qos: 1`, '--experiment', '--json');
      await sensor.endAsync();
      expect(of(heard, 'topic')).toEqual({ check: 'topic', verdict: 'ok', found: 's/#: s/hall (retained) 21.5' });
      expect(of(heard, 'under way')).toMatchObject({
        verdict: 'ok',
        found: expect.stringContaining('all of 6 messages'),
      });
      expect(of(heard, 'repeats')).toMatchObject({
        verdict: 'ok',
        found: expect.stringContaining('none is learned twice'),
      });
      expect(of(heard, 'last will')).toMatchObject({ verdict: 'ok' });
      expect(of(heard, 'limits')?.found).toMatch(/^QoS 2, retained messages yes, wildcards yes, .*messages under way/);
    },
  );

  it.skipIf(!hasMosquitto())('says where it has no right to try', async ({ expect, onTestFinished }) => {
    const { server, doctor } = await start(onTestFinished, { acl: 'topic read #\n' });
    const answer = await doctor(`${server}, qos: 1`, '--experiment', '--json');
    expect(answer.exit).toBe(1);
    expect(of(answer, 'queue')).toMatchObject({
      verdict: 'failed',
      found: expect.stringContaining('no right to publish to tidegate/doctor/'),
    });
  });
});
