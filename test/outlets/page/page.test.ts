import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { Inspection } from '../../../src/domain/inspection.ts';
import { encodeStreamId } from '../../../src/domain/streamId.ts';
import { Page } from '../../../src/outlets/page/page.ts';
import { Counters } from '../../../src/telemetry/counters.ts';
import { BatchMeter } from '../../../src/telemetry/histogram.ts';
import { parse } from '../../config/context.ts';
import { OutletStage } from '../../contract/outletContract.ts';
import { idOf } from '../../pipeline/samples.ts';
import { API } from './apiTable.ts';
import { pageStages } from './pageStage.ts';

const stageWith = pageStages();
const DAY = Date.UTC(2026, 2, 10);

const INSPECTION: Inspection = {
  samples: 7,
  experts: ['last_value', 'lstm_direct'],
  baselines: [true, false],
  horizons: [
    {
      horizon: '1',
      steps: 1,
      source: 'lstm_direct',
      weights: [0.25, 0.75],
      errors: [0.5, 0.25],
      error: 0.25,
      baselineError: 0.5,
      skill: 0.5,
      coverage: 0.9,
    },
  ],
  networks: [{ network: 'lstm_direct', gradientNorm: 0.7, rate: 0.001, updates: 12, rollbacks: 1, frozenUntil: DAY }],
  memories: [],
};

describe('the API', () => {
  it('answers at each address what its schema says, before the first reading and after it', async () => {
    const { begin, forecast, ask, post, stage } = stageWith({ inspect: async () => INSPECTION });
    for (const hasReading of [false, true]) {
      begin('a');
      if (hasReading) forecast('a', DAY, { value: 1.5, anomalyScore: 0.5, skill: 0.25 });
      for (const { method, path, answer } of API) {
        const address = path.replace('{id}', 'a').replace('{command}', 'health_check');
        const found = method === 'get' ? await ask(`${address}?id=a`) : await (await post(address, {})).json();
        const parsed = v.safeParse(answer, found);
        expect([
          path,
          parsed.issues?.map(({ message, path: at }) => [message, v.getDotPath({ path: at } as never)]),
        ]).toEqual([path, undefined]);
      }
    }
    expect(stage.failures).toEqual([]);
  });

  it('tells in its health whether the broker is there, and what the medium may take a day', async () => {
    const { ask, stage } = stageWith({});
    stage.connected$.next(true);
    expect(await ask('/api/health')).toMatchObject({
      broker: { connected: true, since: expect.stringMatching(/^\d{4}-/) },
      limits: { writes_per_day: 104_857_600, memory_mb: expect.any(Number), cpu_share: expect.any(Number) },
      cpu_share: expect.any(Number),
    });
  });

  it('tells in its health how long the learners take, where they had something to do', async () => {
    const batches = new BatchMeter();
    const { ask } = stageWith({ health: { counters: new Counters(), batches } });
    expect(await ask('/api/health')).toMatchObject({ batches: null });
    for (let i = 0; i < 98; i++) batches.add(10, 0.9);
    for (let i = 0; i < 2; i++) batches.add(60, 20_000);
    await expect
      .poll(() => ask('/api/health'))
      .toMatchObject({ batches: { count: 100, readings: 11, half_within_ms: 1, most_within_ms: null } });
  });

  it('has a stream as it is published, with what a card needs beside it', async () => {
    const sensor = { topic: 'home/a', path: 'power', unit: 'W', deviceClass: 'power', isSilent: true };
    const { begin, forecast, ask } = stageWith({ sensorOf: () => sensor });
    begin('a');
    forecast('a', DAY, {
      value: 21.5,
      expected: { mean: 20.123, lower: 19, upper: 22 },
      samples: 7,
      cadence: 60_000 as never,
    });
    const { streams, ...list } = await ask('/api/streams');
    expect(list).toEqual({ now: expect.any(String), revision: 1, cursor: 1 });
    expect(streams).toEqual([
      expect.objectContaining({
        ...{ index: 0, id: 'a', topic: 'home/a', device: 'home/a', field: 'power', unit: 'W', device_class: 'power' },
        ...{ silent: true, decimals: 1, interval_ms: 60_000, interval: 0.9, ts: '2026-03-10T00:00:00.000Z', y: 21.5 },
        ...{ yhat: 20.12, yhat_lower: 19, yhat_upper: 22, n: 7 },
        forecast_at: { '1': { at: '2026-03-10T00:01:00.000Z', yhat: 2, yhat_lower: 1, yhat_upper: 3 } },
      }),
    ]);
  });

  it('tells of a stream how it learns, and asks its learner once for many who look', async () => {
    let asked = 0;
    const inspect = async (): Promise<Inspection> => {
      asked++;
      return INSPECTION;
    };
    const { begin, ask } = stageWith({ inspect });
    begin('a');
    const [detail] = await Promise.all([1, 2, 3].map(() => ask('/api/stream?id=a')));
    expect(asked).toBe(1);
    expect(detail).toMatchObject({
      experts: [
        { name: 'last_value', weight: 0.25, mae: 0.5, baseline: true },
        { name: 'lstm_direct', weight: 0.75, mae: 0.25, baseline: false },
      ],
      horizons: [{ label: '1', steps: 1, mae: 0.25, mae_baseline: 0.5, coverage: 0.9, weights: [0.25, 0.75] }],
      networks: [{ name: 'lstm_direct', updates: 12, rolled_back: 1, frozen_until: '2026-03-10T00:00:00.000Z' }],
      learning: { on: true, until: null },
    });
  });

  it('has some streams, or those with a reading after an earlier answer', async () => {
    const { begin, forecast, ask } = stageWith();
    for (const name of ['a', 'b', 'c']) {
      begin(name);
      forecast(name, DAY);
    }
    const idsOf = async (query: string): Promise<string[]> =>
      (await ask(`/api/streams?${query}`)).streams.map(({ id }: { id: string }) => id);
    expect(await idsOf('streams=2,0,7')).toEqual(['c', 'a']);
    expect(await idsOf('streams=')).toEqual([]);
    const { cursor } = await ask('/api/streams');
    expect(await idsOf(`since=${cursor}`)).toEqual([]);
    forecast('b', DAY + 1);
    expect(await idsOf(`since=${cursor}`)).toEqual(['b']);
    for (const query of ['streams=x', 'streams=1,,2', 'since=-1', 'since=1e3', `streams=${'1,'.repeat(1000)}1`])
      expect([query, (await ask(`/api/streams?${query}`)).error.code]).toEqual([query, 'TG_HTTP_INVALID']);
  });

  it('has the history of a stream, and small pictures of some', async () => {
    const { begin, forecast, ask } = stageWith();
    begin('a');
    for (let i = 0; i < 300; i++) forecast('a', DAY + 1000 * i, { value: i === 123 ? 77 : i % 10 });
    const full = await ask('/api/stream/history?id=a');
    expect([full.step_ms, full.ts.length, full.y[123]]).toEqual([null, 300, 77]);
    const part = await ask(`/api/streams/a/history?from=${DAY + 100_000}&to=${DAY + 199_000}&points=10`);
    expect([part.y, part.ts.length <= 10, Math.max(...part.y_max)]).toEqual([undefined, true, 77]);
    const { streams } = await ask('/api/streams?streams=0&spark=20');
    expect([streams[0].spark.ts.length <= 20, Math.max(...streams[0].spark.y_max)]).toEqual([true, 77]);
    for (const query of ['from=x', 'from=5&to=4', 'points=1', 'points=2001'])
      expect([query, (await ask(`/api/stream/history?id=a&${query}`)).error.code]).toEqual([query, 'TG_HTTP_INVALID']);
    for (let i = 0; i < 60; i++) begin(`s${i}`);
    expect((await ask('/api/streams?spark=20')).error.code).toBe('TG_HTTP_INVALID');
  });

  it('forgets a stream that goes, and gives its number to no other', async () => {
    const { begin, ask, stage } = stageWith();
    begin('a');
    stage.streams$.next({ kind: 'evicted', stream: idOf('a') });
    begin('b');
    begin('a');
    const { streams, revision } = await ask('/api/streams');
    expect(streams.map(({ id, index }: { id: string; index: number }) => [id, index])).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
    expect(revision).toBe(4);
    expect((await ask('/api/stream?id=c')).error.code).toBe('TG_HTTP_NO_STREAM');
  });

  const NAMES = [
    'a/b',
    'a b',
    'ü/°C',
    '<img src=x onerror=alert(1)>',
    'a%2Fb',
    '../../etc/passwd',
    'a/history',
    'x/probe',
    '"};alert(1)//',
    '__proto__',
    'a?b&c=d',
    'a+b#c',
    '\u2028',
    '😀',
    '%',
    'a//b',
    '/a/',
  ];
  it.each(NAMES)(
    'finds the stream of the name %s in the path, in the query, and where a proxy decoded it',
    async (name) => {
      const { begin, ask, fetch } = stageWith();
      const id = encodeStreamId(name);
      begin(id);
      begin('other');
      const found = [
        await ask(`/api/stream?id=${encodeURIComponent(id)}`),
        await ask(`/api/streams/${encodeURIComponent(id)}`),
        (await ask('/api/streams')).streams[0],
      ];
      expect(found.map((it) => it.id)).toEqual([id, id, id]);
      const isSplit = /\/(?:history|probe)$/.test(id);
      // An address cannot end with a dot level, be it encoded.
      const isAddress = !/[?#]|^\/|\/\/|(?:^|\/)(?:%2E|\.)/.test(id);
      if (!isSplit && isAddress) {
        const decoded = encodeURI(id).replaceAll('%25', '%');
        expect([200, isWellFormed(decoded)]).toEqual([(await fetch(`/api/streams/${decoded}`)).status, true]);
      }
    },
  );

  it('runs commands as the bridge does, under its rules', async () => {
    const bridge = { requests: 'off', commands: ['health_check', 'info', 'learning', 'save'], read_only: 'on' };
    const config = parse(JSON.stringify({ mqtt: { server: 'mqtt://pi' }, streams: [{ topic: 'a' }], bridge }));
    const { post, stage } = stageWith({ config });
    const send = async (command: string, body: unknown = {}): Promise<readonly unknown[]> => {
      const answer = await post(`/api/request/${command}`, body);
      const { status, error } = (await answer.json()) as { status: string; error?: { code: string } };
      return [answer.status, status, error?.code];
    };
    expect(await send('health_check')).toEqual([200, 'ok', undefined]);
    expect(await send('nonsense')).toEqual([404, 'error', 'TG_REQUEST_UNKNOWN']);
    expect(await send('forget', { stream: 'a' })).toEqual([403, 'error', 'TG_REQUEST_NOT_ALLOWED']);
    expect(await send('learning', { value: 'pause' })).toEqual([403, 'error', 'TG_REQUEST_READ_ONLY']);
    expect(await send('health_check', '{"a":')).toEqual([400, 'error', 'TG_REQUEST_INVALID']);
    expect(await send('__proto__')).toEqual([404, 'error', 'TG_REQUEST_UNKNOWN']);
    expect(stage.published).toEqual([]);
    expect(stage.failures).toEqual([]);
  });

  it('serves twenty commands at once and refuses more', async () => {
    const { post } = stageWith();
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async () => (await post('/api/request/health_check', {})).status),
    );
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(20);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
  });

  it('holds no secret of the configuration', async () => {
    const secret = 'canary-6f1d-hunter2';
    const text = `mqtt: {server: 'ws://pi/${secret}?t=${secret}', user: u, password: ${secret}}\nstreams: [{topic: a}]\npage: {token: ${secret}}\n`;
    const { begin, forecast, fetch, post } = stageWith({ config: parse(text) });
    begin('a');
    forecast('a', DAY);
    for (const { method, path } of API) {
      const address = path.replace('{id}', 'a').replace('{command}', 'info');
      const answer = method === 'get' ? await fetch(`${address}?id=a`) : await post(address, {});
      const said = `${await answer.text()} ${[...answer.headers].join()}`;
      expect([path, said.includes(secret)]).toEqual([path, false]);
    }
  });
});

describe('the page', () => {
  it('serves nothing where it is off', () => {
    const stage = new OutletStage();
    const config = parse('mqtt: {server: mqtt://pi}\nstreams: [{topic: a}]\npage: {enabled: off}\n');
    new Page({ version: '1' }).start({ ...stage.shared, config, report: stage.report, follow: () => undefined });
    expect([stage.served.size, stage.isFollowed]).toEqual([0, false]);
  });
});

function isWellFormed(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
