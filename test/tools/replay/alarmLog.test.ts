import { expect, it } from 'vitest';
import { AlarmLog } from '../../../src/tools/replay/alarmLog.ts';
import { forecastOf } from '../../pipeline/samples.ts';

it('tells each run of anomalous rows once, with its highest score', () => {
  const log = new AlarmLog();
  [0.2, 1.2, 3, 1.1, 0.4, 1.5].forEach((anomalyScore, t) => {
    log.add(forecastOf('a', t, { value: 10 * t, anomaly: anomalyScore > 1, anomalyScore }));
  });
  const [first, second] = log.end();
  expect(log.count).toBe(2);
  expect([first?.score, first?.value, second?.score]).toEqual([3, 20, 1.5]);
  expect((first?.to ?? 0) - (first?.from ?? 0)).toBeGreaterThan(0);
});
