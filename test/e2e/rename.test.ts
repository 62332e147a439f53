import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { describe, expect, it } from 'vitest';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';
import { daemonStage, until } from '../support/daemonStage.ts';
import { hasMosquitto } from '../support/mosquitto.ts';
import { rounds, seededRandom } from '../support/rounds.ts';

const CONFIG = `threads: 0
defaults: {publish: {min_interval: 0s}, min_samples: 10, model: {profile: tiny}}
streams:
  # The kitchen.
  - topic: t
    id: before`;

describe.skipIf(!hasMosquitto())('a stream that is renamed (real mosquitto)', () => {
  const stage = daemonStage();

  function steered(name: string) {
    let asked = 0;
    const topic = (of: string) => stage.topicOf(name, of);
    const countOf = (stream: string): number | undefined => {
      const text = stage.probe.on(topic(stream)).at(-1);
      return text === undefined || text === '' ? undefined : JSON.parse(text).n;
    };
    return {
      topic,
      countOf,
      online: () => stage.probe.latest(topic('bridge/state'), '{"state":"online"}'),
      async ask(command: string, request: object = {}) {
        const transaction = ++asked;
        await stage.probe.publish(topic(`bridge/request/${command}`), JSON.stringify({ ...request, transaction }));
        const answers = () => stage.probe.on(topic(`bridge/response/${command}`)).map((it) => JSON.parse(it));
        return until(`answer to ${command}`, () => answers().find((it) => it.transaction === transaction));
      },
      async read(count: number, from = 0) {
        for (let i = from; i < from + count; i++) await stage.probe.publish('t', String(20 + (i % 5)));
      },
    };
  }

  it('keeps what it learned, live and after a kill; what was retained under its former id is taken back', async () => {
    const { ask, read, countOf, online, topic } = steered('r');
    let daemon = stage.run('r', CONFIG);
    await online();
    await read(30);
    await until('the last reading', () => (countOf('before') === 30 ? true : undefined));
    expect(await ask('stream_rename', { stream: 'nobody', to: 'x' })).toMatchObject({
      error: { code: 'TG_REQUEST_NO_STREAM' },
    });
    expect(await ask('stream_rename', { stream: 'before', to: 'after', plan: true })).toMatchObject({
      data: { plan: true },
    });
    expect(readFileSync(daemon.file, 'utf8')).toContain('id: before');
    expect(await ask('stream_rename', { stream: 'before', to: 'after' })).toMatchObject({
      status: 'ok',
      data: { persisted: true },
    });
    const file = readFileSync(daemon.file, 'utf8');
    expect(file).toMatch(/# The kitchen\.\n\s+- topic: t\n\s+id: after\n/);
    await read(1, 30);
    await until('it to go on', () => (countOf('after') === 31 ? true : undefined));
    // A sweep takes back what is retained without a publisher, a few topics at a time.
    await expect.poll(() => stage.probe.on(topic('before')).at(-1)).toBe('');
    expect((await ask('states')).data.states.map(({ stream }: { stream: string }) => stream)).toEqual(['after']);
    daemon.kill('SIGKILL');
    await daemon.exited();
    daemon = startDaemon(file, ['run'], [], join(stage.folder, 'r'));
    await stage.probe.publish('t', '21');
    await until('it to go on in the next life', () => (countOf('after') === 32 ? true : undefined));
    await daemon.dispose();
  });

  it('keeps its entities in Home Assistant', async () => {
    const { ask, read, countOf, online, topic } = steered('h');
    const announced: string[] = [];
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${stage.broker.port}`);
    client.on('message', (_, payload) => announced.push(payload.toString()));
    await client.subscribeAsync('house/#');
    stage.run('h', `home_assistant: {discovery: on, prefix: house}\n${CONFIG}`);
    await online();
    await read(30);
    const identities = (id: string): string | undefined => {
      const text = announced.findLast((it) => it.includes(`${topic(id)}"`));
      return text?.match(/"unique_id":"[^"]+"/g)?.join();
    };
    const before = await until('its entities', () => identities('before'));
    await until('the last reading', () => (countOf('before') === 30 ? true : undefined));
    expect(await ask('stream_rename', { stream: 'before', to: 'after' })).toMatchObject({ status: 'ok' });
    await read(1, 30);
    expect(await until('its entities under the new id', () => identities('after'))).toBe(before);
    await client.endAsync(true);
  });

  it('has all of its state under the id that the file gives, whenever the process is killed', async () => {
    const random = seededRandom(7);
    const { ask, read, countOf, online, topic } = steered('k');
    let daemon: DaemonProcess = stage.run('k', CONFIG);
    await online();
    await read(30);
    let count = 30;
    let id = 'before';
    await until('the last reading', () => (countOf(id) === count ? true : undefined));
    await ask('save');
    const ends = new Set<string>();
    for (let round = 0; round < rounds(4, 60); round++) {
      const to = `name${round}`;
      await stage.probe.publish(topic('bridge/request/stream_rename'), JSON.stringify({ stream: id, to }));
      await sleep(random(120));
      daemon.kill('SIGKILL');
      await daemon.exited();
      const file = readFileSync(daemon.file, 'utf8');
      const isRenamed = file.includes(`id: ${to}`);
      ends.add(isRenamed ? 'new' : 'old');
      if (isRenamed) id = to;
      await daemon.dispose();
      daemon = startDaemon(file, ['run'], [], join(stage.folder, 'k'));
      await daemon.logged('subscribed');
      await read(1, count++);
      await until(`reading ${count} of ${id}, not ${countOf(id)}`, () => (countOf(id) === count ? true : undefined));
    }
    await daemon.dispose();
    expect(ends.size).toBeGreaterThan(0);
  });
});
