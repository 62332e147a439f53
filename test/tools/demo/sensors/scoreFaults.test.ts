import { expect, test } from 'vitest';
import { toDurationMs, toEpochMs } from '../../../../src/domain/time.ts';
import type { FaultKind, FaultWindow } from '../../../../src/tools/demo/sensors/faultWindow.ts';
import { scoreFaults } from '../../../../src/tools/demo/sensors/scoreFaults.ts';

const GRACE = toDurationMs(10);
const fault = (from: number, to: number, kind: FaultKind = 'stuck'): FaultWindow => ({
  sensor: 's',
  kind,
  from: toEpochMs(from),
  to: toEpochMs(to),
  amount: 0,
});
const score = (faults: FaultWindow[], alarms: number[]) => scoreFaults(faults, alarms.map(toEpochMs), GRACE);

test('finds a fault by an alarm from its start up to the end of the grace time', () => {
  const window = fault(100, 200);

  for (const alarm of [100, 150, 209])
    expect(score([window], [alarm])).toMatchObject({ found: [window], falseAlarms: [] });
  for (const alarm of [99, 210])
    expect(score([window], [alarm])).toEqual({ found: [], missed: [window], falseAlarms: [alarm] });
});

test('counts further alarms in one window once and each alarm outside as false', () => {
  const [first, second] = [fault(100, 200), fault(300, 400)];

  expect(score([first, second], [50, 110, 120, 205, 250, 260])).toEqual({
    found: [first],
    missed: [second],
    falseAlarms: [50, 250, 260],
  });
});

test('does not ask for an alarm where no readings arrive, and forgives one there', () => {
  expect(score([fault(100, 200, 'unavailable')], [])).toEqual({ found: [], missed: [], falseAlarms: [] });
  expect(score([fault(100, 200, 'truncated')], [205])).toEqual({ found: [], missed: [], falseAlarms: [] });
});
