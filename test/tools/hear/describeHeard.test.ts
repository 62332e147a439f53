import { expect, it } from 'vitest';
import { toDurationMs } from '../../../src/domain/time.ts';
import { describeHeard } from '../../../src/tools/hear/describeHeard.ts';

const heard = (text: string, messages = 1) => ({
  filter: 'a/#',
  refusal: undefined,
  messages,
  first: { topic: 'a/b', payload: Buffer.from(text), isRetained: false },
});
const WITHIN = toDurationMs(10_000);

it.each([
  [heard('21.5'), 'a/b 21.5'],
  [heard('21.5', 4), 'a/b 21.5, and 3 more'],
  [heard('x'.repeat(60)), `a/b ${'x'.repeat(48)}…`],
  [heard('\u001b[2J1'), 'a/b �[2J1'],
  [{ filter: 'a', refusal: 162, messages: 0, first: undefined }, /^refused: the broker has no wildcards/],
  [{ filter: 'a', refusal: undefined, messages: 0, first: undefined }, /^nothing within 10 s: /],
])('%o', (report, words) => {
  const told = describeHeard(report, WITHIN, undefined);
  if (typeof words === 'string') expect(told).toBe(words);
  else expect(told).toMatch(words);
});

it('names the filter that is likely meant, and the topic that shows it', () => {
  const silent = { filter: 'zigbe2mqtt/+', refusal: undefined, messages: 0, first: undefined };
  expect(describeHeard(silent, WITHIN, { filter: 'zigbee2mqtt/+', topic: 'zigbee2mqtt/hall\u001b' })).toBe(
    'nothing within 10 s; did you mean zigbee2mqtt/+? zigbee2mqtt/hall� was heard',
  );
});
