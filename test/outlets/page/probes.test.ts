import { describe, expect, it } from 'vitest';
import type { LearnerHost } from '../../../src/domain/learnerHost.ts';
import type { MemoryRequest } from '../../../src/domain/memoryProbe.ts';
import { decodeProbe } from '../../../src/outlets/page/probeFrame.ts';
import { Probes } from '../../../src/outlets/page/probes.ts';
import { idOf } from '../../pipeline/samples.ts';
import { trickyLook } from '../../support/trickyLearner.mjs';

function createStage(probe?: LearnerHost['probe']) {
  const asked: string[] = [];
  const stage = { now: 0 };
  const look: LearnerHost['probe'] = async (stream, request) => {
    asked.push(`${stream} ${request.network} ${request.horizon}`);
    return stream === 'none' ? undefined : trickyLook(Uint8Array.of(asked.length), stream, request);
  };
  const wait = (ms: number): void => {
    stage.now += ms;
  };
  return { asked, probes: new Probes(probe ?? look, () => stage.now), wait };
}

const unitsOf = (look: unknown): number => decodeProbe((look as Uint8Array<ArrayBuffer>).buffer).units;

describe('looks for the viewers of the page', () => {
  it('are had once in two seconds, whoever asks, and anew after that', async () => {
    const { probes, asked, wait } = createStage();
    const both = await Promise.all([probes.look(idOf('a'), {}), probes.look(idOf('a'), {})]);
    wait(1999);
    const third = await probes.look(idOf('a'), {});
    wait(1);
    const fourth = await probes.look(idOf('a'), {});
    expect([...both, third, fourth].map(unitsOf)).toEqual([1, 1, 1, 2]);
    expect(asked).toHaveLength(2);
  });

  it('are each others for another stream, network or horizon', async () => {
    const { probes, asked } = createStage();
    const requests: readonly (readonly [string, MemoryRequest])[] = [
      ['a', {}],
      ['b', {}],
      ['a', { network: 'lstm_direct' }],
      ['a', { network: 'lstm_direct', horizon: 3 }],
    ];
    const looks = await Promise.all(requests.map(([stream, request]) => probes.look(idOf(stream), request)));
    expect(looks.map(unitsOf)).toEqual([1, 2, 3, 4]);
    expect(asked).toEqual([
      'a undefined undefined',
      'b undefined undefined',
      'a lstm_direct undefined',
      'a lstm_direct 3',
    ]);
  });

  it('are refused where eight have begun within two seconds, and then go on', async () => {
    const { probes, asked, wait } = createStage();
    const looks = await Promise.all(Array.from({ length: 10 }, (_, k) => probes.look(idOf(`s${k}`), {})));
    expect(looks.slice(8)).toEqual(['busy', 'busy']);
    expect(asked).toHaveLength(8);
    wait(2000);
    expect(unitsOf(await probes.look(idOf('s9'), {}))).toBe(9);
  });

  it('tell why there is nothing, and reject where the learners are gone', async () => {
    const { probes } = createStage();
    expect(await probes.look(idOf('a'), { network: 'classes' })).toBe('no-classes');
    expect(await probes.look(idOf('none'), {})).toBeUndefined();
    const gone = createStage(() => Promise.reject(new Error('gone')));
    await expect(gone.probes.look(idOf('a'), {})).rejects.toThrow('gone');
  });
});
