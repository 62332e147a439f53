import { describe, expect, it } from 'vitest';
import type { AlarmNews } from '../../../src/domain/events.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { AlarmKeeper } from '../../../src/outlets/alarms/alarmKeeper.ts';
import { AlarmRecord } from '../../../src/outlets/alarms/alarmRecord.ts';
import { toAlarmView } from '../../../src/outlets/alarms/alarmView.ts';
import { OutletStage } from '../../contract/outletContract.ts';
import { forecastOf, idOf } from '../../pipeline/samples.ts';
import { lend } from '../../support/lent.ts';
import { LineNotes } from '../../support/lineNotes.ts';
import { evidenceOf } from '../../support/pastAlarms.ts';

const startOf = (start: number): AlarmNews => ({
  type: 'AlarmStarted',
  start: toEpochMs(start),
  channel: 'range',
  y: 90,
  yhat: 20.123_456,
  yhatLower: 19,
  yhatUpper: 21,
  knownLow: 15,
  knownHigh: 25,
});
const endOf = (start: number, at: number): AlarmNews => ({
  type: 'AlarmEnded',
  start: toEpochMs(start),
  at: toEpochMs(at),
  score: 7,
  evidence: evidenceOf(),
});

function setUp(notes = new LineNotes()) {
  const stage = new OutletStage();
  const record = new AlarmRecord();
  record.open(notes);
  stage.run(new AlarmKeeper(record));
  return {
    record,
    notes,
    stage,
    tell: (news: AlarmNews) => stage.report({ ...news, stream: idOf('a') }),
    see(at: number, anomaly: boolean, anomalyScore = anomaly ? 3 : 0.1) {
      const forecast = forecastOf('a', at, { anomaly, anomalyScore, value: 5, resolution: 0.1 });
      lend(forecast, (lent) => stage.forecasts$.next(lent));
    },
    views: () => record.list().map(toAlarmView),
  };
}

describe('the keeper of alarms', () => {
  it('notes what was known at the start, whatever comes later, and the largest score', () => {
    const { tell, see, views } = setUp();
    tell(startOf(1000));
    see(1000, true, 2);
    see(2000, true, 5);
    see(3000, true, 4);
    const expected = {
      id: 'a@1000',
      stream: 'a',
      start: '1970-01-01T00:00:01.000Z',
      end: null,
      score: 5,
      channel: 'range',
      y: 90,
      yhat: 20.1,
      yhat_lower: 19,
      yhat_upper: 21,
      known_low: 15,
      known_high: 25,
      verdict: null,
      readings: null,
      error_ratio: null,
    };
    expect(views()).toEqual([expect.objectContaining({ ...expected, yhat: expect.closeTo(20.12, 1) })]);
    tell(endOf(1000, 4000));
    see(4000, false);
    const ended = { end: '1970-01-01T00:00:04.000Z', score: 7, readings: 3, error_ratio: 3.5 };
    expect(views()).toEqual([expect.objectContaining(ended)]);
  });

  it('finds each alarm of a batch whose news came before its forecasts', () => {
    const { tell, see, record } = setUp();
    tell(startOf(1000));
    tell(endOf(1000, 3000));
    tell(startOf(5000));
    for (const [at, anomaly] of [
      [1000, true],
      [2000, true],
      [3000, false],
      [5000, true],
    ] as const)
      see(at, anomaly);
    expect(record.list().map(({ id, end, evidence }) => [id, end, evidence?.rows])).toEqual([
      ['a@5000', null, undefined],
      ['a@1000', 3000, 3],
    ]);
  });

  it('takes nothing for an alarm that a learner lives through again', () => {
    const { tell, see, record } = setUp();
    tell(startOf(1000));
    tell(endOf(1000, 2000));
    see(9000, false);
    expect(record.list()).toEqual([]);
  });

  it('goes on after a kill with the alarm that ran, and ends it', () => {
    const { tell, see, notes } = setUp();
    tell(startOf(1000));
    see(1000, true);
    const next = setUp(notes);
    next.tell(startOf(1000));
    next.see(3000, true);
    expect(next.record.list().map(({ id, channel }) => [id, channel])).toEqual([['a@1000', 'range']]);
    next.tell(endOf(1000, 4000));
    next.see(4000, false);
    expect(next.record.list()[0]).toMatchObject({ end: 4000, evidence: evidenceOf() });
  });

  it('ends an alarm that ended while nobody looked', () => {
    const { tell, see, notes } = setUp();
    tell(startOf(1000));
    see(1000, true);
    const next = setUp(notes);
    next.see(9000, false);
    expect(next.record.list().map(({ end }) => end)).toEqual([9000]);
  });

  it('knows no reason of an alarm whose start it has not heard', () => {
    const { see, views } = setUp();
    see(7000, true);
    expect(views()).toEqual([
      expect.objectContaining({ id: 'a@7000', channel: null, known_low: null, y: 5, score: 3 }),
    ]);
  });

  it('ends the alarm of a stream that is forgotten, and not of one that makes room', () => {
    const { tell, see, stage, record } = setUp();
    tell(startOf(1000));
    see(1000, true);
    stage.report({ type: 'StreamEvicted', stream: idOf('a') });
    expect(record.running(idOf('a'))?.id).toBe('a@1000');
    stage.report({ type: 'StreamEvicted', stream: idOf('a'), wanted: 'forgotten' });
    expect(record.list().map(({ end }) => end)).toEqual([stage.shared.control.now()]);
  });
});
