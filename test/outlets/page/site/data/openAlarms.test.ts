import { expect, it } from 'vitest';
import type { AlarmAnswer } from '../../../../../src/outlets/page/site/data/answers.ts';
import { withAlarm } from '../../../../../src/outlets/page/site/data/openAlarms.ts';

function alarm(id: number, stream: string, end: string | null = null): AlarmAnswer {
  const start = new Date(Date.UTC(2026, 2, 12, id)).toISOString();
  return { id, stream, start, end, score: 2, channel: 'range', y: 1, yhat_lower: 0, yhat_upper: 2 };
}

it('has each open alarm once, newest first, and none that has ended', () => {
  let open: readonly AlarmAnswer[] = [];
  for (const frame of [alarm(1, 'a'), alarm(3, 'b'), alarm(2, 'a'), alarm(3, 'b'), alarm(1, 'b')])
    open = withAlarm(open, frame);
  expect(open.map(({ id, stream }) => `${stream}${id}`)).toEqual(
    ['b3', 'a2', 'b1', 'a1'].sort((a, b) => Number(b[1]) - Number(a[1])),
  );
  open = withAlarm(open, alarm(1, 'a', '2026-03-12T09:00:00.000Z'));
  open = withAlarm(open, alarm(9, 'c', '2026-03-12T09:00:00.000Z'));
  expect(open.map(({ id, stream }) => `${stream}${id}`)).toEqual(['b3', 'a2', 'b1']);
});
