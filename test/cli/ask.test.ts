import { describe, expect, it } from 'vitest';
import { type Ran, runInProcess } from '../support/runInProcess.ts';

const ask = (...args: string[]): Promise<Ran> => runInProcess('/', ['ask', ...args]);
/** No broker listens there. */
const NOWHERE = ['--broker', 'mqtt://127.0.0.1:1'];

describe('tidegate ask', () => {
  it.each([
    [['../up', ...NOWHERE], 'a command is a word'],
    [['learning', 'pause', 'value=pause', ...NOWHERE], 'value is there twice'],
    [['learning', 'pause', 'now', ...NOWHERE], '"now": expected name=value'],
    [['nonsense', 'word', ...NOWHERE], '"word": expected name=value'],
    [['info', '--user', 'me'], '--user and --ca belong to --broker'],
    [['info', '-c', 'some.yaml', ...NOWHERE], '--broker or --config, not both'],
    [['info', '--seconds', '0', ...NOWHERE], 'seconds, up to 3600'],
  ])('refuses %j before it connects', async (args, words) => {
    const { exit, err, out } = await ask(...args);
    expect([exit, out]).toEqual([64, '']);
    expect(err).toContain(words);
  });

  it('says that the broker is not there', async () => {
    const { exit, err } = await ask('health_check', ...NOWHERE);
    expect(exit).toBe(69);
    expect(err).toContain('[TG_BROKER_UNREACHABLE]');
  });
});
