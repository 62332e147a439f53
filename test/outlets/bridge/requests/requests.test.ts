import { expect, it } from 'vitest';
import { idOf } from '../../../pipeline/samples.ts';
import { fakeTimers } from '../../../support/fakeTimers.ts';
import { requestStage } from './requestStage.ts';

fakeTimers();

const codes = (answers: readonly { readonly error?: { readonly code: string } }[]) =>
  answers.map(({ error }) => error?.code);

it('answers a command once, with the transaction, at the topic of its name', () => {
  const { send, take } = requestStage();
  const topic = 'tidegate/bridge/response/health_check';
  const healthy = { topic, status: 'ok', data: { healthy: true }, answered_by: 'tidegate' };
  send('health_check', { transaction: 'abc' });
  expect(take()).toEqual([{ ...healthy, transaction: 'abc' }]);
  send('health_check');
  expect(take()).toEqual([healthy]);
});

it('gives info and the streams that are here', () => {
  const { send, take, stage } = requestStage();
  stage.streams$.next({ kind: 'started', stream: idOf('a') });
  stage.streams$.next({ kind: 'started', stream: idOf('b') });
  stage.streams$.next({ kind: 'evicted', stream: idOf('a') });
  send('info');
  send('streams');
  expect(take().map(({ data }) => data)).toEqual([
    expect.objectContaining({ version: '1.2.3' }),
    { streams: [{ id: 'b' }], left_off: 0 },
  ]);
});

it('answers wrong requests once, with code, message and remedy, and repeats nothing of what it was sent', () => {
  const { send, take, takeRaw } = requestStage();
  const secret = 'Zq7Xw9Kj3Vy5';
  for (const [command, payload] of [
    [secret, {}],
    ['constructor', {}],
    ['', {}],
    ['info', { [secret]: secret }],
    ['info', secret],
    ['info', `{"${secret}`],
    ['info', [secret]],
    ['info', `"${secret.repeat(2000)}"`],
  ] as const)
    send(command, payload);
  const raw = takeRaw();
  expect(
    raw
      .map(({ topic, payload }) => `${topic} ${payload}`)
      .join('\n')
      .replace(`response/${secret}`, ''),
  ).not.toContain(secret);
  const answers = raw.map(({ payload }) => JSON.parse(String(payload)));
  expect(codes(answers)).toEqual([
    'TG_REQUEST_UNKNOWN',
    'TG_REQUEST_UNKNOWN',
    'TG_REQUEST_UNKNOWN',
    'TG_REQUEST_INVALID',
    'TG_REQUEST_INVALID',
    'TG_REQUEST_INVALID',
    'TG_REQUEST_INVALID',
    'TG_REQUEST_TOO_LARGE',
  ]);
  for (const { status, data, error } of answers)
    expect([status, data, error.message, error.remedy]).toEqual(['error', {}, expect.any(String), expect.any(String)]);
  expect(take()).toEqual([]);
});

it('honours response topic and correlation data of MQTT 5 where the rules allow it', () => {
  const { send, takeRaw } = requestStage({ response_topics: ['clients/+'] });
  const correlation = Uint8Array.of(0, 255, 7);
  for (const topic of ['clients/me', 'lamp/set', undefined])
    send('health_check', {}, { reply: { topic, correlation } });
  expect(takeRaw().map(({ topic, correlation: back, qos, retain }) => [topic, back, qos, retain])).toEqual([
    ['clients/me', correlation, 1, false],
    ['tidegate/bridge/response/health_check', correlation, 1, false],
    ['tidegate/bridge/response/health_check', correlation, 1, false],
  ]);
});

it('ignores retained requests, and counts them', () => {
  const { send, take, stage } = requestStage();
  const events: string[] = [];
  stage.events$.subscribe((event) => {
    if (event.type === 'RequestIgnored') events.push(event.reason);
  });
  send('health_check', {}, { retained: true });
  expect([take(), events]).toEqual([[], ['retained']]);
});

it('serves 20 requests at once, refuses 100 more with their transactions, and counts the rest', () => {
  const { send, take, stage } = requestStage();
  let ignored = 0;
  stage.events$.subscribe(({ type }) => {
    if (type === 'RequestIgnored') ignored++;
  });
  for (let i = 0; i < 150; i++) send('health_check', { transaction: i });
  const answers = take();
  expect(answers.map(({ transaction }) => transaction)).toEqual(Array.from({ length: 120 }, (_, i) => i));
  expect(codes(answers)).toEqual([...Array(20).fill(undefined), ...Array(100).fill('TG_REQUEST_TOO_MANY')]);
  expect(ignored).toBe(30);
});

it('serves what the configuration allows', () => {
  const { send, take } = requestStage({ commands: ['info'] });
  send('health_check');
  send('info');
  expect(codes(take())).toEqual(['TG_REQUEST_NOT_ALLOWED', undefined]);
});

it('listens to nothing with requests: off', () => {
  const { stage } = requestStage({ requests: 'off' });
  expect(stage.listeners.size).toBe(0);
});

it('answers no more after its stop', async () => {
  const { send, take, run } = requestStage();
  await run.stop();
  send('health_check');
  expect(take()).toEqual([]);
});
