import { expect, test } from 'vitest';
import type { AlarmAnswer } from '../../../../../src/outlets/page/site/data/answers.ts';
import { alarmWords } from '../../../../../src/outlets/page/site/words/alarmWords.ts';
import { createWording } from '../../../../../src/outlets/page/site/words/wording.ts';

const ALARM: AlarmAnswer = {
  ...{ id: '1', stream: 'a', start: '2026-03-12T13:00:00.000Z', end: null, score: 3.5, channel: 'range', y: 4.61 },
  ...{ yhat_lower: 2.44, yhat_upper: 3.84, known_low: 2.1, known_high: 3.4, verdict: null },
};
const SCENE = { unit: 'mm/s', decimals: 2, zone: 'Europe/Berlin', y: 6.48 };
const wording = createWording(['en-GB']);

test.each([
  [
    'range',
    {},
    'left everything seen before: 4.61\u00a0mm/s at 14:00, now 6.48\u00a0mm/s',
    'Expected 2.44 to 3.84\u00a0mm/s. Seen before: 2.10 to 3.40\u00a0mm/s. Its score is 3.5; 1 is an alarm.',
  ],
  ['range', { end: '2026-03-12T14:00:00.000Z' }, 'left everything seen before: 4.61\u00a0mm/s at 14:00', undefined],
  [
    'jump',
    {},
    'jumped to 4.61\u00a0mm/s, further than ever before',
    'Expected 2.44 to 3.84\u00a0mm/s. Its score is 3.5; 1 is an alarm.',
  ],
  [
    'still',
    {},
    'has stood at exactly 4.61\u00a0mm/s',
    'It has never stood still for so long. A sensor that hangs looks like this.',
  ],
  ['limit', {}, 'is outside the limits that are set for it: 4.61\u00a0mm/s', undefined],
  ['errors', { yhat_lower: null, score: null }, 'is forecast far worse than usual', ''],
  [
    'errors',
    { yhat_lower: null, score: null, readings: 30, error_ratio: 5.04 },
    'had errors of up to 5.0 times the usual ones within 30 readings',
    '',
  ],
  [
    'errors',
    { readings: 1, error_ratio: 12.4 },
    'had errors of up to 12 times the usual ones within 1 reading',
    undefined,
  ],
  ['errors', { readings: 3, error_ratio: 0.5 }, 'is forecast far worse than usual', undefined],
  [null, {}, 'is not as expected: 4.61\u00a0mm/s', undefined],
  ['a channel of a later version', {}, 'is not as expected: 4.61\u00a0mm/s', undefined],
])('says of the channel %s what was true when the alarm began (%o)', (channel, changes, what, more) => {
  const words = alarmWords({ ...ALARM, channel, ...changes }, SCENE, wording);
  expect(words.what).toBe(what);
  if (more !== undefined) expect(words.more).toBe(more);
});
