import mqtt from 'mqtt';
import { describe, it } from 'vitest';
import { startEmbeddedBroker } from '../../src/adapters/broker/embeddedBroker.ts';
import { startDaemon } from '../support/daemonProcess.ts';
import { hasMosquitto, startMosquitto } from '../support/mosquitto.ts';

const DEVICES = JSON.stringify([
  {
    friendly_name: 'kitchen',
    definition: { exposes: [{ type: 'numeric', property: 'temperature', access: 1, unit: '°C' }] },
  },
]);

interface Listed {
  readonly id: string;
  readonly unit?: string;
  readonly device_class?: string;
  readonly state?: string;
}

describe.concurrent('a daemon that hears one topic of a bridge', () => {
  it.for(['embedded', ...(hasMosquitto() ? ['mosquitto'] : [])])(
    'knows its units and whether it is there: %s',
    async (kind, { expect, onTestFinished }) => {
      const broker = kind === 'mosquitto' ? await startMosquitto() : await startEmbeddedBroker({});
      onTestFinished(() => broker.stop());
      const server = `mqtt://127.0.0.1:${broker.port}`;
      const peer = await mqtt.connectAsync(server, { protocolVersion: 4 });
      onTestFinished(() => peer.endAsync(true));
      await peer.publishAsync('zigbee2mqtt/bridge/devices', DEVICES, { retain: true, qos: 1 });
      const daemon = startDaemon(
        `mqtt: {server: "${server}"}\nstreams: [{topic: zigbee2mqtt/kitchen, source: auto}]\ndefaults: {publish: {min_interval: 0s}}\n`,
      );
      onTestFinished(() => daemon.dispose());
      await daemon.logged('subscribed');
      let listed: readonly Listed[] = [];
      peer.on('message', (topic, payload) => {
        if (topic === 'tidegate/bridge/streams')
          listed = (JSON.parse(payload.toString()) as { streams: Listed[] }).streams;
      });
      await peer.subscribeAsync('tidegate/bridge/streams');
      // Not one of another device, either.
      await peer.publishAsync('zigbee2mqtt/loft', '{"temperature":5,"linkquality":9}');
      for (let i = 0; i < 3; i++)
        await peer.publishAsync('zigbee2mqtt/kitchen', `{"temperature":${20 + i},"linkquality":9}`);
      const until = (state: string) =>
        expect
          .poll(() => listed)
          .toMatchObject([{ id: 'zigbee2mqtt/kitchen/temperature', unit: '°C', device_class: 'temperature', state }]);
      await until('online');
      await peer.publishAsync('zigbee2mqtt/kitchen/availability', '{"state":"offline"}', { retain: true, qos: 1 });
      await until('silent');
    },
  );
});
