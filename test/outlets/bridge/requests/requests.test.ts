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

it('runs a request once that the broker gives again, and another one that looks like it', () => {
  const { send, take, stage } = requestStage();
  const events: string[] = [];
  stage.events$.subscribe((event) => {
    if (event.type === 'RequestIgnored') events.push(event.reason);
  });
  const reply = { topic: undefined, correlation: Uint8Array.of(1) };
  const [first, again] = [false, true].map((isRedelivery) => ({ delivery: { id: 7, isRedelivery } }));
  send('health_check', 1, first);
  send('health_check', 1, again);
  send('health_check', 1, again);
  expect([take().length, events]).toEqual([1, ['repeated', 'repeated']]);
  // A packet id is used again once its message was acknowledged.
  send('health_check', 1, first);
  send('health_check', 2, again);
  send('health_check', 1, { delivery: { id: 8, isRedelivery: true } });
  send('health_check', 1, { ...again, reply });
  send('info', 1, again);
  expect(take()).toHaveLength(5);
  for (let i = 0; i < 300; i++) send('health_check', i, { delivery: { id: 9, isRedelivery: false } });
  expect(take().length).toBeLessThan(300);
});

it('sends an answer again that the link did not confirm, and counts those that it cannot keep', async () => {
  const { send, takeRaw, stage, run } = requestStage();
  const dropped: string[] = [];
  stage.events$.subscribe((event) => {
    if (event.type === 'PublishDropped') dropped.push(event.topic);
  });
  send('health_check', { transaction: 1 });
  const [answer] = takeRaw();
  stage.connected$.next(false);
  answer?.unconfirmed?.();
  stage.connected$.next(true);
  const again = takeRaw();
  expect(again.map(({ payload }) => payload)).toEqual([answer?.payload]);
  stage.connected$.next(false);
  for (let i = 0; i < 40; i++) answer?.unconfirmed?.();
  expect(dropped).toHaveLength(8);
  await run.stop();
  expect(dropped).toHaveLength(40);
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
