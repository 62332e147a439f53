import { expect, it } from 'vitest';
import { TidegateError } from '../../../src/domain/errors.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import { pageStages } from './pageStage.ts';

const stageWith = pageStages();
const FINE: Finding = { check: 'broker', verdict: 'ok', found: 'mqtt://pi:1883, MQTT 5' };

it('has the doctor look once for all that ask at once', async () => {
  let looks = 0;
  const examine = async (): Promise<readonly Finding[]> => {
    looks += 1;
    return [FINE];
  };
  const { ask } = stageWith({ examine });
  const answers = await Promise.all([1, 2, 3].map(() => ask('/api/doctor')));
  for (const answer of [...answers, await ask('/api/doctor')])
    expect(answer).toEqual({ at: expect.stringMatching(/^\d{4}-/), findings: [FINE] });
  expect(looks).toBe(1);
});

it('tells as a finding what keeps the doctor from looking', async () => {
  const examine = (): Promise<never> => Promise.reject(new TidegateError('TG_CONFIG_UNREADABLE', 'ca.pem: ENOENT'));
  const { ask } = stageWith({ examine });
  expect((await ask('/api/doctor')).findings).toEqual([
    { check: 'doctor', verdict: 'failed', found: 'ca.pem: ENOENT' },
  ]);
});

it('looks again after an error of its own, which it reports', async () => {
  let looks = 0;
  const examine = async (): Promise<readonly Finding[]> => {
    looks += 1;
    if (looks === 1) throw new Error('a bug');
    return [FINE];
  };
  const { fetch, ask } = stageWith({ examine });
  expect((await fetch('/api/doctor')).status).toBe(500);
  expect((await ask('/api/doctor')).findings).toEqual([FINE]);
});
