import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REQUEST_NAMES } from '../../src/domain/requestName.ts';
import { API, FRAMES } from '../outlets/page/apiTable.ts';
import { startDaemon } from '../support/daemonProcess.ts';
import { daemonStage, until } from '../support/daemonStage.ts';
import { freePort } from '../support/freePort.mjs';
import { hasMosquitto } from '../support/mosquitto.ts';

/** A part of every secret. */
const CANARY = 'cAnArY7';
const TOKEN = `${CANARY}token-of-the-page-0123456789`;
const BASE = 'tidegate/canary';

/** Everything that is answered over HTTP, with the right token, a wrong one and none: head and body of each answer by its address. */
async function askOverHttp(port: number): Promise<readonly { readonly topic: string; readonly text: string }[]> {
  const answers: { readonly topic: string; readonly text: string }[] = [];
  const ask = async (path: string, init: RequestInit): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, signal: AbortSignal.timeout(60_000) });
    // Events have no end: what comes first is enough.
    const body = path.startsWith('/api/events') ? await firstPartOf(answer) : await answer.text();
    const head = JSON.stringify([...answer.headers]);
    answers.push({
      topic: `http ${answer.status} ${init.method ?? 'GET'} ${path.replaceAll(CANARY, '')}`,
      text: `${head} ${body}`,
    });
  };
  const paths = [...API, ...FRAMES].map(({ path }) => path.replace('{id}', encodeURIComponent('t/a/v')));
  const others = ['/', '/metrics', '/healthz', '/readyz', '/version', '/nowhere', `/api/${CANARY}`, '/api/login'];
  const json = { 'Content-Type': 'application/json' };
  for (const shown of [
    {},
    { Authorization: `Bearer ${TOKEN}` },
    { Authorization: `Bearer ${CANARY}wrong` },
    { 'x-canary-user': 'me' },
  ]) {
    for (const path of [...paths, ...others, '/api/events?log=1'])
      for (const query of ['id=t/a/v', `id=${CANARY}`, `from=${CANARY}`, `streams=${CANARY}`])
        await ask(`${path}${path.includes('?') ? '&' : '?'}${query}`, { headers: shown });
    for (const command of [...REQUEST_NAMES.filter((name) => name !== 'reload'), CANARY])
      for (const body of ['{}', `{"${CANARY}":"${CANARY}"}`, `{"stream":"t/a/v","value":"${CANARY}"}`, `{"${CANARY}`])
        await ask(`/api/request/${command}`, { method: 'POST', headers: { ...shown, ...json }, body });
    for (const token of [TOKEN, `${CANARY}wrong`, CANARY])
      await ask('/api/login', { method: 'POST', headers: { ...shown, ...json }, body: JSON.stringify({ token }) });
    await ask('/api/streams', { method: 'DELETE', headers: shown });
    await ask('/api/streams', { headers: { ...shown, Host: `${CANARY}.example.org` } });
  }
  return answers;
}

async function firstPartOf(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return Buffer.from(value ?? []).toString();
}

describe.skipIf(!hasMosquitto())('secrets (real mosquitto)', () => {
  const stage = daemonStage();
  let client: MqttClient;
  let port = 0;
  const heard: { readonly topic: string; readonly text: string }[] = [];
  beforeAll(async () => {
    port = await freePort();
    client = await mqtt.connectAsync(`mqtt://127.0.0.1:${stage.broker.port}`, { protocolVersion: 5 });
    client.on('message', (topic, payload) => heard.push({ topic, text: payload.toString() }));
    await client.subscribeAsync('#', { qos: 1 });
  });
  afterAll(() => client.endAsync(true));

  const configOf = (id: string, more = ''): string => `# the password was ${CANARY}old
mqtt:
  server: mqtt://127.0.0.1:${stage.broker.port}
  base_topic: ${BASE}
  user: ${CANARY}user   # ${CANARY}comment
  password: !env CANARY_PASSWORD
  client_id: !file ${id}
threads: 0
health: {interval: 1s}
log: {level: debug}
bridge: {logging: debug}
home_assistant: {discovery: on}
state: {durability: journal}
page: {port: ${port}, token: ${TOKEN}, user_header: x-canary-user}
defaults: {publish: {min_interval: 0s}, min_samples: 20, model: {profile: tiny}}
streams:
  - {topic: "t/+", target: v}
${more}`;

  it('are in no topic, answer, event or log line, whatever is asked and however it fails', async () => {
    const id = join(stage.folder, 'id.txt');
    writeFileSync(id, `${CANARY}id\n`);
    const env = { CANARY_PASSWORD: `${CANARY}password`, TIDEGATE__MQTT__QOS: '1' };
    const daemon = startDaemon(configOf(id), ['run'], [], undefined, env);
    const rewrite = (text: string): void => {
      writeFileSync(`${daemon.file}.new`, text);
      renameSync(`${daemon.file}.new`, daemon.file);
    };
    try {
      await stage.probe.latest(`${BASE}/bridge/state`, '{"state":"online"}');
      for (let i = 0; i < 30; i++) await client.publishAsync('t/a', `{"v":${i % 7}}`, { qos: 1 });
      let asked = 0;
      const ask = async (command: string, request: object | string = {}): Promise<void> => {
        const transaction = `n${++asked}`;
        const payload = typeof request === 'string' ? request : JSON.stringify({ ...request, transaction });
        await client.publishAsync(`${BASE}/bridge/request/${command}`, payload, { qos: 1 });
        if (typeof request !== 'string')
          await until(`answer ${transaction}`, () =>
            heard.find(({ topic, text }) => topic.includes('/response/') && text.includes(`"${transaction}"`)),
          );
      };
      const stream = 't/a/v';
      for (const command of REQUEST_NAMES) {
        await ask(command);
        await ask(command, { stream, value: 'pause', level: 'debug', label: CANARY, path: 'mqtt' });
        await ask(command, { [CANARY]: CANARY });
        await ask(command, `{"${CANARY}`);
      }
      await ask('nonsense', { [CANARY]: CANARY });
      await ask('options', { set: { 'log.format': CANARY } });
      await ask('options', { set: { [`mqtt.${CANARY}`]: 1 } });
      await ask('options', { set: { 'health.interval': '2s' }, persist: true });
      rewrite(configOf(id, `  - {topic: x, password: ${CANARY}lost}\npassword: ${CANARY}astray\n`));
      daemon.kill('SIGHUP');
      await daemon.logged('configuration refused');
      await ask('reload');
      rewrite(configOf(id).replace('server: ', `server: mqtt://me:${CANARY}inline@`));
      await ask('reload');
      rewrite(configOf(id));
      await ask('reload');
      await ask('options', { path: 'mqtt' });
      await ask('options', { path: 'page' });
      for (const part of await askOverHttp(port)) heard.push(part);
      await until('the log as messages', () => heard.find(({ topic }) => topic === `${BASE}/bridge/logging`));
    } finally {
      daemon.kill('SIGTERM');
      await daemon.exited();
      await daemon.dispose();
    }
    const told = heard.filter(({ topic }) => topic.startsWith(BASE) || /^(?:homeassistant|http)/.test(topic));
    const ours = told.filter(({ topic }) => !topic.startsWith(`${BASE}/bridge/request/`));
    expect(new Set(ours.map(({ topic }) => topic)).size).toBeGreaterThan(15);
    expect(ours.filter(({ topic, text }) => `${topic} ${text}`.includes(CANARY))).toEqual([]);
    const statuses = new Set(ours.flatMap(({ topic }) => /^http (\d+)/.exec(topic)?.[1] ?? []));
    for (const status of ['200', '400', '401', '404', '405', '429']) expect([...statuses]).toContain(status);
    expect(
      daemon
        .log()
        .split('\n')
        .filter((line) => line.includes(CANARY)),
    ).toEqual([]);
  });
});
