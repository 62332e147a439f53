import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../../src/adapters/broker/embeddedBroker.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { askDaemon } from '../../../src/tools/ask/askDaemon.ts';
import { settingsFor } from '../../adapters/mqtt/harness.ts';

let broker: EmbeddedBroker;
let daemon: MqttClient;

beforeAll(async () => {
  broker = await startEmbeddedBroker({});
  daemon = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
});
afterAll(async () => {
  await daemon.endAsync();
  await broker.stop();
});

/** A daemon that sends these answers for each request, one right after the other. */
async function answering(name: string, answers: (transaction: string) => readonly object[]) {
  const base = settingsFor(broker.url).baseTopic;
  await daemon.subscribeAsync(`${base}/bridge/request/${name}`);
  daemon.on('message', (topic, payload) => {
    if (topic !== `${base}/bridge/request/${name}`) return;
    const { transaction } = JSON.parse(payload.toString()) as { readonly transaction: string };
    for (const answer of answers(transaction))
      daemon.publish(`${base}/bridge/response/${name}`, JSON.stringify(answer), { qos: 1 });
  });
  return () =>
    askDaemon({
      settings: settingsFor(broker.url),
      command: name,
      request: {},
      within: toDurationMs(60_000),
      stop: new AbortController().signal,
    });
}

it('takes the first of two answers to its request, and none that came again to one of before', async () => {
  let copyOfBefore: object | undefined;
  let count = 0;
  const ask = await answering('health', (transaction) => {
    const number = ++count;
    const answer = { status: 'ok', data: { number }, transaction };
    const second = { status: 'error', data: {}, error: { code: 'TG_REQUEST_TIMEOUT' }, transaction };
    const sent = [...(copyOfBefore === undefined ? [] : [copyOfBefore]), answer, second, answer];
    copyOfBefore = answer;
    return sent;
  });
  for (const number of [1, 2, 3]) expect(await ask()).toMatchObject({ status: 'ok', data: { number } });
  expect(count).toBe(3);
});

it('takes no answer without its transaction for its own', async () => {
  const ask = await answering('info', (transaction) => [
    { status: 'ok', data: { of: 'another' } },
    { status: 'ok', data: { of: 'another' }, transaction: `${transaction}0` },
    { status: 'ok', data: { of: 'mine' }, transaction },
  ]);
  expect(await ask()).toMatchObject({ data: { of: 'mine' } });
});
