import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { daemonStage, until } from '../support/daemonStage.ts';
import { hasMosquitto } from '../support/mosquitto.ts';

describe.skipIf(!hasMosquitto())('announcements to Home Assistant (real mosquitto)', () => {
  const stage = daemonStage();
  let client: MqttClient;
  /** Payloads by the names in their topics, oldest first. */
  const told = new Map<string, string[]>();
  beforeAll(async () => {
    client = await mqtt.connectAsync(`mqtt://127.0.0.1:${stage.broker.port}`, { protocolVersion: 5 });
    client.on('message', (topic, payload) => {
      const name = topic.split('/').at(-2) as string;
      told.set(name, [...(told.get(name) ?? []), payload.toString()]);
    });
    await client.subscribeAsync('ha/device/+/config', { qos: 1 });
  });
  afterAll(() => client.endAsync(true));

  const configOf = (streams: string, discovery = 'on') =>
    `threads: 0\nhome_assistant: {discovery: ${discovery}, prefix: ha, status_topic: ha/status}\nstreams: [${streams}]`;
  const nameOf = (part: string) => [...told.keys()].find((name) => name.includes(part));
  /** Sends readings until something holds. */
  const sending = (what: string, holds: () => boolean) =>
    until(what, () => {
      for (const topic of ['rooms/attic', 'rooms/cellar']) client.publish(topic, '{"t":20}');
      return holds() || undefined;
    });
  const holdsSomething = (part: string) => (told.get(nameOf(part) ?? '')?.at(-1) ?? '') !== '';

  it('outlive a kill, follow the configuration, and go with the option', async () => {
    const both = '{topic: rooms/attic, target: t}, {topic: rooms/cellar, target: t}';
    const first = stage.run('house', configOf(both));
    await sending('announcements', () => ['house', 'attic', 'cellar'].every(holdsSomething));
    first.kill('SIGKILL');
    await first.exited();

    const second = stage.run('house', configOf('{topic: rooms/attic, target: t, id: roof}'));
    await until('the cellar taken back', () => told.get(nameOf('cellar') as string)?.at(-1) === '' || undefined);
    const attic = nameOf('attic') as string;
    await sending('the attic under its new name', () => told.get(attic)?.at(-1)?.includes('house/roof') === true);
    const [before, after] = [told.get(attic)?.at(0) as string, told.get(attic)?.at(-1) as string].map((text) =>
      Object.values(JSON.parse(text).components as Record<string, { unique_id: string }>).map((it) => it.unique_id),
    );
    expect(after).toEqual(before);
    const count = told.get(attic)?.length as number;
    await client.publishAsync('ha/status', 'online', { qos: 1 });
    await until('an announcement after the birth', () => (told.get(attic)?.length as number) > count || undefined);
    second.kill('SIGTERM');
    await second.exited();
    expect(holdsSomething('attic')).toBe(true);

    stage.run('house', configOf(both, 'off'));
    await until(
      'everything taken back',
      () => [...told.values()].every((payloads) => payloads.at(-1) === '') || undefined,
    );
  });
});
