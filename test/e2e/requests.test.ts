import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { daemonStage, until } from '../support/daemonStage.ts';
import { hasMosquitto } from '../support/mosquitto.ts';
import { runInProcess } from '../support/runInProcess.ts';

describe.skipIf(!hasMosquitto())('requests over MQTT (real mosquitto)', () => {
  const stage = daemonStage();
  let client: MqttClient;
  beforeAll(async () => {
    client = await mqtt.connectAsync(`mqtt://127.0.0.1:${stage.broker.port}`, { protocolVersion: 5 });
    await client.subscribeAsync('replies/#', { qos: 1 });
  });
  afterAll(() => client.endAsync(true));

  /** Requests are listened to before the daemon says that it is there; streams are subscribed to before that. */
  const online = (name: string): Promise<void> =>
    stage.probe.latest(stage.topicOf(name, 'bridge/state'), '{"state":"online"}');

  it.each([5, '3.1.1'])('each is answered once, over MQTT %s', async (protocol) => {
    const name = `v${protocol}`;
    stage.run(name, 'threads: 0\nbridge: {response_topics: [replies/+]}\nstreams: [{topic: t}]', {
      mqtt: `qos: 1, protocol: "${protocol}"`,
    });
    await online(name);
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
    // It goes to another client than the probe.
    if (protocol === 5) await until('the reply', () => replies[0]);
    expect(responses('nonsense').map((it) => JSON.parse(it))).toMatchObject([
      { status: 'error', error: { code: 'TG_REQUEST_UNKNOWN' }, transaction: 2 },
    ]);
    const answers = [...replies, ...responses('health_check')];
    // Over MQTT 3.1.1 the broker leaves the response topic out.
    if (protocol === 5) expect(answers).toEqual([`replies/me ${name} key`]);
    else
      expect(answers).toEqual([
        JSON.stringify({ status: 'ok', data: { healthy: true }, transaction: name, answered_by: 'tidegate' }),
      ]);
    expect(responses('streams')).toHaveLength(1);
    client.removeAllListeners('message');
  });

  it('the command line asks, with a configuration or an address, and says what the daemon says', async () => {
    const name = 'asked';
    stage.run(name, 'threads: 0\nstreams: [{topic: t}]');
    await online(name);
    const address = ['--broker', `mqtt://127.0.0.1:${stage.broker.port}`, '--base-topic', `tidegate/${name}`];
    const ask = (...args: string[]) => runInProcess(stage.folder, ['ask', ...args]);
    writeFileSync(
      join(stage.folder, 'asker.yaml'),
      `mqtt: {server: "mqtt://127.0.0.1:${stage.broker.port}", base_topic: tidegate/${name}}\nstreams: [{topic: t}]\n`,
    );
    expect(await ask('health_check', '-c', 'asker.yaml')).toMatchObject({
      exit: 0,
      out: '{\n  "healthy": true\n}\n',
      err: '',
    });
    expect(JSON.parse((await ask('learning', 'pause', 'for=2h', '--json', ...address)).out)).toMatchObject({
      status: 'ok',
      data: { learning: false },
    });
    expect(JSON.parse((await ask('learning', 'value=true', '--json', ...address)).out)).toMatchObject({
      data: { learning: true },
    });
    const refused = await ask('forget', 'no/stream', ...address);
    expect(refused).toMatchObject({ exit: 65, out: '' });
    expect(refused.err).toMatch(/^there is no stream of this id\n.+\n\[TG_REQUEST_NO_STREAM\]\n$/);
    expect(await ask('nonsense', ...address)).toMatchObject({ exit: 65 });
    const elsewhere = await ask('info', ...address.slice(0, 2), '--base-topic', 'nobody', '--seconds', '0.5');
    expect(elsewhere.exit).toBe(69);
    expect(elsewhere.err).toContain('[TG_REQUEST_UNANSWERED]');
  });

  it('what is kept is looked at, copied and taken out while the daemon runs, without the broker', async () => {
    const name = 'kept';
    const state = join(stage.folder, name);
    stage.run(name, 'threads: 0\ndefaults: {min_samples: 20, model: {profile: tiny}}\nstreams: [{topic: t}]');
    await online(name);
    for (let i = 0; i < 40; i++) await stage.probe.publish('t', String(20 + (i % 5)));
    await stage.probe.seen(stage.topicOf(name, 't'), 1);
    const run = (...args: string[]) => runInProcess(stage.folder, ['state', ...args, '--dir', state]);
    const file = join(stage.folder, 't.state');
    expect(await run('export', 't', file)).toMatchObject({ exit: 0, err: '' });
    expect(readFileSync(file).subarray(0, 4).toString()).toBe('TGSS');
    expect(readdirSync(join(state, 'exports'))).toEqual([]);
    const weights = join(stage.folder, 't.safetensors');
    expect(await run('export', 't', weights, '--format', 'safetensors')).toMatchObject({ exit: 0 });
    expect(readFileSync(weights, 'latin1')).toContain('weight_hh_l0');
    expect((await run('export', 't', file)).err).toContain('exists already');
    expect((await run('export', 'nobody', join(stage.folder, 'x'))).exit).toBe(66);
    expect(JSON.parse((await run('list', '--json')).out).streams).toMatchObject([{ stream: 't' }]);
    expect(await run('verify')).toMatchObject({ exit: 0, out: expect.stringContaining('0 damaged') });
    const copy = join(stage.folder, 'copy.sqlite');
    expect(await run('backup', copy)).toMatchObject({ exit: 0, out: `${copy}\n` });
    expect(await run('import', file)).toMatchObject({
      exit: 0,
      err: '',
      out: expect.stringMatching(/^t: \d+ bytes, saved /),
    });
    expect(await run('former', 't')).toMatchObject({
      exit: 0,
      err: '',
      out: expect.stringMatching(/^t: generation \d+, \d+ bytes\n$/),
    });
    expect(await run('former', 't', '--generation', '99')).toMatchObject({ exit: 66 });
    // One import a second is taken.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await run('import', file, '--as', 'nobody')).toMatchObject({ exit: 66 });
    expect(readdirSync(join(state, 'exports'))).toEqual([]);
    expect(statSync(join(state, 'control.sock')).mode & 0o777).toBe(0o600);
  });

  it('commands outlive a kill: what is forgotten stays so, a pause goes on, and labels are learned', async () => {
    const name = 'steered';
    const config = `threads: 0
health: {interval: 1s}
defaults: {time: {from: message, sanity: off, zone: UTC}, publish: {min_interval: 0s}, model: {profile: tiny}, min_samples: 20}
streams: [{topic: plug/+, target: power, classify: {classes: [idle, wash]}}]`;
    let daemon = stage.run(name, config);
    await online(name);
    let asked = 0;
    const ask = async (command: string, request: object = {}) => {
      const transaction = ++asked;
      await stage.probe.publish(
        stage.topicOf(name, `bridge/request/${command}`),
        JSON.stringify({ ...request, transaction }),
      );
      const topic = stage.topicOf(name, `bridge/response/${command}`);
      const answers = () => stage.probe.on(topic).map((it) => JSON.parse(it));
      return until(`answer to ${command}`, () => answers().find((it) => it.transaction === transaction));
    };
    const timeOf = (i: number) => new Date(Date.UTC(2026, 0, 5) + 10_000 * i).toISOString();
    const readingsOf = (plug: string, from: number, count: number) =>
      Array.from({ length: count }, (_, k) => {
        const i = from + k;
        const power = Math.floor(i / 10) % 2 === 0 ? 2 + (i % 3) : 400 + (i % 7);
        return [`plug/${plug}`, JSON.stringify({ power, time: timeOf(i) })] as const;
      });
    const lastOf = (plug: string) => {
      const text = stage.probe.on(stage.topicOf(name, `plug/${plug}/power`)).findLast((it) => it !== '');
      return text === undefined ? undefined : JSON.parse(text);
    };
    const answered = (plug: string, i: number) =>
      until(`answer to reading ${i} of ${plug}`, () => (lastOf(plug)?.ts === timeOf(i) ? lastOf(plug) : undefined));

    for (const plug of ['a', 'b']) await stage.probe.publishAll(readingsOf(plug, 0, 60));
    for (const plug of ['a', 'b']) await answered(plug, 59);
    const label = await ask('label', { stream: 'plug/a/power', label: 'wash', from: timeOf(50), to: timeOf(59) });
    expect(label).toMatchObject({ status: 'ok', data: { label: 'wash', from: timeOf(50), to: timeOf(59) } });
    expect(await ask('learning', { value: 'pause', stream: 'plug/a/power', for: '1d' })).toMatchObject({
      status: 'ok',
      data: { learning: true, kept: true },
    });
    expect(await ask('forget', { stream: 'plug/b/power' })).toMatchObject({ status: 'ok' });
    expect(await ask('forget', { stream: 'plug/b/power' })).toMatchObject({ error: { code: 'TG_REQUEST_NO_STREAM' } });
    expect(await ask('save')).toMatchObject({ status: 'ok', data: { streams: 1 } });
    daemon.kill('SIGKILL');
    await daemon.exited();
    await stage.probe.latest(stage.topicOf(name, 'bridge/state'), '{"state":"offline"}');

    daemon = stage.run(name, config);
    await online(name);
    for (const plug of ['a', 'b']) await stage.probe.publishAll(readingsOf(plug, 60, 1));
    expect([(await answered('a', 60)).n, (await answered('b', 60)).n]).toEqual([61, 1]);
    const state = await ask('learning', { value: 'resume', stream: 'plug/b/power' });
    expect(Object.keys(state.data.paused)).toEqual(['plug/a/power']);
    expect(await ask('backup')).toMatchObject({ status: 'ok' });
    expect(await ask('log_level', { level: 'debug' })).toMatchObject({ data: { before: 'info', level: 'debug' } });
  });
});
