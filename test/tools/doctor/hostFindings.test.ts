import { describe, expect, it } from 'vitest';
import { readClockState } from '../../../src/adapters/host/clockState.ts';
import type { Config } from '../../../src/config/config.ts';
import {
  clockFinding,
  durabilityFinding,
  memoryFinding,
  storageFindings,
} from '../../../src/tools/doctor/hostFindings.ts';

const MIB = 1_048_576;

describe('the clock', () => {
  it.each([
    [{ year: 1970, isSynchronized: true }, 'warning'],
    [{ year: 2026, isSynchronized: true }, 'ok'],
    [{ year: 2026, isSynchronized: false }, 'warning'],
    [{ year: 2026, isSynchronized: undefined }, 'note'],
  ])('as %j: %s', (state, verdict) => {
    expect(clockFinding(state).verdict).toBe(verdict);
  });

  it('of this computer is read', async () => {
    expect(await readClockState(new Date('2001-02-03'))).toMatchObject({ year: 2001 });
  });
});

describe('the storage', () => {
  const good = {
    folder: '/s',
    exists: true,
    fault: undefined,
    freeBytes: 1000 * MIB,
    isVolatile: false,
    isOpenToAll: false,
    strangers: [] as readonly string[],
    syncMs: 5,
  };

  it.each([
    [{}, ['ok', 'ok', 'ok']],
    [{ isVolatile: true }, ['warning', 'ok', 'ok']],
    [{ freeBytes: 5 * MIB }, ['ok', 'warning', 'ok']],
    [{ syncMs: 400 }, ['ok', 'ok', 'warning']],
    [{ syncMs: undefined }, ['ok', 'ok', 'note']],
    [{ strangers: ['lock.2'] }, ['ok', 'warning', 'ok', 'ok']],
    [{ isOpenToAll: true }, ['failed']],
    [{ fault: 'EROFS', syncMs: Number.NaN }, ['failed']],
  ])('with %j: %j', (change, verdicts) => {
    expect(storageFindings({ ...good, ...change }).map(({ verdict }) => verdict)).toEqual(verdicts);
  });
});

it.each([
  ['journal', 1, 'ok'],
  ['journal', 0, 'note'],
  ['snapshot', 1, 'note'],
  ['none', 2, 'warning'],
] as const)('durability %s with QoS %i: %s', (durability, qos, verdict) => {
  const config = { state: { durability, commitInterval: 1000 }, mqtt: { qos } } as unknown as Config;
  expect(durabilityFinding(config).verdict).toBe(verdict);
});

it.each([
  [{ bytes: undefined, isEnforceable: false }, 'note'],
  [{ bytes: undefined, isEnforceable: true }, 'ok'],
  [{ bytes: 1000 * MIB, isEnforceable: true }, 'ok'],
  [{ bytes: 300 * MIB, isEnforceable: true }, 'warning'],
])('a memory limit as %j: %s', (limit, verdict) => {
  expect(memoryFinding(limit, 256 * MIB).verdict).toBe(verdict);
});
