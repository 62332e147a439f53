import { describe, expect, it } from 'vitest';
import type { LearnerHost } from '../../../src/domain/learnerHost.ts';
import { MEMORY_NETWORKS } from '../../../src/domain/memoryProbe.ts';
import { decodeProbe } from '../../../src/outlets/page/probeFrame.ts';
import { trickyLook } from '../../support/trickyLearner.mjs';
import { FRAMES } from './apiTable.ts';
import { pageStages } from './pageStage.ts';

const stageWith = pageStages();
const probe: LearnerHost['probe'] = async (stream, request) =>
  stream === 'gone' ? undefined : trickyLook(Uint8Array.of(5), stream, request);

describe('a look into a memory over HTTP', () => {
  it('is a frame, at each of its addresses, that nobody keeps', async () => {
    const { begin, fetch } = stageWith({ probe });
    begin('a%2Fb');
    for (const { path } of FRAMES) {
      const address = path.includes('{id}') ? path.replace('{id}', encodeURIComponent('a%2Fb')) : `${path}?id=a%252Fb`;
      const answer = await fetch(`${address}${address.includes('?') ? '&' : '?'}network=lstm_direct&horizon=1`);
      expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
        ...[200, 'application/octet-stream', 'no-store'],
      ]);
      expect(decodeProbe(await answer.arrayBuffer())).toMatchObject({
        stream: 'a%2Fb',
        network: 'lstm_direct',
        units: 5,
      });
    }
    expect(FRAMES.length).toBe(2);
  });

  it('is refused with a code where there is none, or the request is none', async () => {
    const { begin, ask, stage } = stageWith({ probe });
    for (const name of ['a', 'gone']) begin(name);
    const codeOf = async (query: string): Promise<string> => (await ask(`/api/stream/probe?${query}`)).error.code;
    expect(await codeOf('id=none')).toBe('TG_HTTP_NO_STREAM');
    expect(await codeOf('id=gone')).toBe('TG_HTTP_NO_MEMORY');
    expect(await codeOf('id=a&network=classes')).toBe('TG_HTTP_NO_MEMORY');
    expect(await codeOf('id=a&network=lstm')).toBe('TG_HTTP_INVALID');
    expect(await codeOf('id=a&horizon=0')).toBe('TG_HTTP_INVALID');
    expect(await codeOf('id=a&horizon=1.5')).toBe('TG_HTTP_INVALID');
    expect((await ask('/api/stream/probe?id=a&network=lstm')).error.message).toContain(MEMORY_NETWORKS.join(', '));
    expect(stage.failures).toEqual([]);
  });

  it('is refused for a while where many have been had, and an error of the learners is one of the daemon', async () => {
    const { begin, fetch } = stageWith({ probe });
    begin('a');
    const statuses = await Promise.all(
      Array.from({ length: 9 }, async (_, k) => (await fetch(`/api/stream/probe?id=a&horizon=${k + 1}`)).status),
    );
    expect(statuses.sort()).toEqual([...new Array(8).fill(200), 503]);
    const broken = stageWith({ probe: () => Promise.reject(new Error('the learners are gone')) });
    broken.begin('a');
    expect((await broken.ask('/api/stream/probe?id=a')).error.code).toBe('TG_HTTP_FAILED');
  });
});
