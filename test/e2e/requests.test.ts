import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { daemonStage, until } from '../support/daemonStage.ts';
import { hasMosquitto } from '../support/mosquitto.ts';

describe.skipIf(!hasMosquitto())('requests over MQTT (real mosquitto)', () => {
  const stage = daemonStage();
  let client: MqttClient;
  beforeAll(async () => {
    client = await mqtt.connectAsync(`mqtt://127.0.0.1:${stage.broker.port}`, { protocolVersion: 5 });
    await client.subscribeAsync('replies/#', { qos: 1 });
  });
  afterAll(() => client.endAsync(true));

  it.each([5, '3.1.1'])('each is answered once, over MQTT %s', async (protocol) => {
    const name = `v${protocol}`;
    const daemon = stage.run(name, 'threads: 0\nbridge: {response_topics: [replies/+]}\nstreams: [{topic: t}]', {
      mqtt: `qos: 1, protocol: "${protocol}"`,
    });
    await daemon.logged('subscribed');
    const request = (command: string) => stage.topicOf(name, `bridge/request/${command}`);
    const replies: string[] = [];
    client.on('message', (topic, payload, { properties }) => {
      replies.push(`${topic} ${JSON.parse(payload.toString()).transaction} ${properties?.correlationData}`);
    });
    const properties = { responseTopic: 'replies/me', correlationData: Buffer.from('key') };
    await client.publishAsync(request('health_check'), `{"transaction":"${name}"}`, { qos: 1, properties });
    await client.publishAsync(request('nonsense'), '{"transaction":2}', { qos: 1 });
    await client.publishAsync(request('streams'), '', { qos: 0 });
    const responses = (command: string) => stage.probe.on(stage.topicOf(name, `bridge/response/${command}`));
    await until('the last answer', () => responses('streams')[0]);
    expect(responses('nonsense').map((it) => JSON.parse(it))).toMatchObject([
      { status: 'error', error: { code: 'TG_REQUEST_UNKNOWN' }, transaction: 2 },
    ]);
    const answers = [...replies, ...responses('health_check')];
    // Over MQTT 3.1.1 the broker leaves the response topic out.
    if (protocol === 5) expect(answers).toEqual([`replies/me ${name} key`]);
    else expect(answers).toEqual([JSON.stringify({ status: 'ok', data: { healthy: true }, transaction: name })]);
    expect(responses('streams')).toHaveLength(1);
    client.removeAllListeners('message');
  });
});
