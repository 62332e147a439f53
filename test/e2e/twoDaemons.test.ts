import mqtt, { type MqttClient } from 'mqtt';
import { describe, it, type TestContext } from 'vitest';
import { startEmbeddedBroker } from '../../src/adapters/broker/embeddedBroker.ts';
import { startDaemon } from '../support/daemonProcess.ts';
import { startMosquitto } from '../support/mosquitto.ts';

const BASES = ['tidegate', 'other/place'];
const ROUNDS = 30;
const SENSORS = ['hall', 'yard', 'roof'];

interface Run {
  readonly broker: 'mosquitto' | 'embedded';
  readonly protocol: 'auto' | '3.1.1';
  readonly qos: 0 | 1;
}

interface Health {
  readonly streams: number;
  readonly dropped: Readonly<Record<string, number>>;
}

async function start(
  { broker, protocol, qos }: Run,
  onTestFinished: TestContext['onTestFinished'],
): Promise<MqttClient> {
  const running = broker === 'mosquitto' ? await startMosquitto() : await startEmbeddedBroker({});
  onTestFinished(() => running.stop());
  const peer = await mqtt.connectAsync(`mqtt://127.0.0.1:${running.port}`, { protocolVersion: 4 });
  onTestFinished(() => peer.endAsync(true));
  const daemons = BASES.map((base, i) => {
    const link = `{server: "mqtt://127.0.0.1:${running.port}", client_id: "d${i}", base_topic: "${base}", qos: ${qos}, protocol: ${protocol}}`;
    const streams = 'streams: [{topic: "#"}]\ndefaults: {publish: {min_interval: 0s}}\nhealth: {interval: 1s}';
    return startDaemon(`mqtt: ${link}\n${streams}\n`);
  });
  for (const daemon of daemons) {
    onTestFinished(() => daemon.dispose());
    await daemon.logged('subscribed');
  }
  return peer;
}

/** Publishes what was heard once more below another topic, as a bridge does. */
function bridge(peer: MqttClient, topic: string, payload: Buffer): void {
  if (!topic.startsWith('copy/') && !topic.startsWith('sensors/')) peer.publish(`copy/${topic}`, payload);
}

describe.concurrent('two daemons that both hear everything', () => {
  it.for<Run>([
    { broker: 'mosquitto', protocol: 'auto', qos: 1 },
    { broker: 'mosquitto', protocol: 'auto', qos: 0 },
    { broker: 'mosquitto', protocol: '3.1.1', qos: 1 },
    { broker: 'embedded', protocol: '3.1.1', qos: 0 },
  ])(
    'do not take each other for sensors, nor what a bridge copies: $broker, MQTT $protocol, QoS $qos',
    async (run, { expect, onTestFinished }) => {
      const peer = await start(run, onTestFinished);
      const health = new Map<string, Health>();
      peer.on('message', (topic, payload) => {
        bridge(peer, topic, payload);
        const base = BASES.find((each) => topic === `${each}/bridge/health`);
        if (base !== undefined) health.set(base, JSON.parse(payload.toString()) as Health);
      });
      await peer.subscribeAsync('#');
      for (let round = 0; round < ROUNDS; round++) {
        // A number in a request, and in its answer.
        await peer.publishAsync('other/place/bridge/request/health_check', `{"transaction":${round}}`);
        for (const sensor of SENSORS) await peer.publishAsync(`sensors/${sensor}`, `${20 + (round % 7)}`, { qos: 1 });
      }
      // The bridge copies two healths of each at least; whatever feeds itself has long shown by then.
      const from = Date.now();
      await expect.poll(() => Date.now() - from, { interval: 200 }).toBeGreaterThan(4000);
      for (const base of BASES) {
        await expect.poll(() => health.get(base)?.streams).toBe(SENSORS.length);
        // Results and healths of the other one, and the copies of both.
        await expect.poll(() => health.get(base)?.dropped['own-output']).toBeGreaterThan(3 * ROUNDS * SENSORS.length);
      }
      for (const base of BASES) expect(health.get(base)?.streams).toBe(SENSORS.length);
    },
  );
});
