import { expect, it, test } from 'vitest';
import type { ApiStream } from '../../../../../src/outlets/page/api.ts';
import {
  horizonWords,
  intervalWords,
  skillWords,
  streamSentence,
} from '../../../../../src/outlets/page/site/words/streamWords.ts';
import { createWording } from '../../../../../src/outlets/page/site/words/wording.ts';
import { fixtureStreams, streamAnswer } from '../../../../e2e/page/fixtureStreams.ts';

const wording = createWording(['en-GB']);
const ANSWER: ApiStream = {
  ...streamAnswer(fixtureStreams(1, Date.UTC(2026, 2, 12))[0] as never),
  ...{ y: 6.48, yhat_lower: 5, yhat_upper: 7, skill: 0.19 },
};

test.each<[Partial<ApiStream>, number | null, string]>([
  [
    {},
    null,
    '6.48\u00a0mm/s, within what was expected (5.00 to 7.00\u00a0mm/s). Lately the forecasts were 19\u00a0% better than the best plain one.',
  ],
  [{ y: 8, skill: null }, null, '8.00\u00a0mm/s, outside what was expected (5.00 to 7.00\u00a0mm/s).'],
  [
    { yhat_lower: null, skill: -0.3 },
    null,
    '6.48\u00a0mm/s. The networks are not better than a plain forecast yet, so that one is published. There is nothing to do.',
  ],
  [
    { state: 'learning', n: 38, yhat_lower: null },
    null,
    '6.48\u00a0mm/s. 38 of 200 readings; scores begin with reading 200, in about 13 h 30 min.',
  ],
  [
    { state: 'learning', n: 38, yhat_lower: null, interval_ms: null },
    null,
    '6.48\u00a0mm/s. 38 of 200 readings; scores begin with reading 200.',
  ],
  [
    { state: 'degraded', yhat_lower: null },
    null,
    '6.48\u00a0mm/s. A network gave numbers that are none and rests; the others answer.',
  ],
  [{}, 3.2 * 3_600_000, 'No reading for 3 h 12 min; usually one comes every 5 min.'],
  [{ y: null }, null, 'Its first reading is still to come.'],
])('says of %o, silent for %s ms: %s', (changes, silence, sentence) => {
  expect(streamSentence({ ...ANSWER, ...changes }, silence, wording)).toBe(sentence);
});

it('never tells a negative skill, nor half a per cent', () => {
  expect([null, -4, 0, 0.004, 0.006].map((skill) => skillWords(skill, wording))).toEqual([
    { better: null, text: 'not judged yet' },
    { better: null, text: 'as good as plain' },
    { better: null, text: 'as good as plain' },
    { better: null, text: 'as good as plain' },
    { better: '1\u00a0%', text: 'better than plain' },
  ]);
});

it('writes intervals and horizons as people say them', () => {
  expect([0.9, 0.5, 0.95, 0.999].map((interval) => intervalWords(interval, wording))).toEqual([
    '9 of 10 times',
    '5 of 10 times',
    '95 of 100 times',
    '99.9 of 100 times',
  ]);
  expect([
    horizonWords('15m', 1000, wording),
    horizonWords('6', 300_000, wording),
    horizonWords('1', null, wording),
    horizonWords('6', null, wording),
  ]).toEqual(['15m', '30 min', 'next reading', '6 readings']);
});
