import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PastAlarm } from '../../../src/domain/alarm.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { readAlarmLine, toAlarmLine } from '../../../src/outlets/alarms/alarmLine.ts';
import { AlarmRecord } from '../../../src/outlets/alarms/alarmRecord.ts';
import { idOf } from '../../pipeline/samples.ts';
import { LineNotes } from '../../support/lineNotes.ts';
import { alarmOf, evidenceOf } from '../../support/pastAlarms.ts';

function recordOn(notes: LineNotes, most?: number): AlarmRecord {
  const record = new AlarmRecord(most);
  record.open(notes);
  return record;
}

const idsOf = (alarms: readonly PastAlarm[]): readonly string[] => alarms.map(({ id }) => id);

/** Changes of the record, as seen from outside. */
const operation = fc.record({
  kind: fc.constantFrom('add', 'raise', 'end', 'judge'),
  stream: fc.constantFrom('a', 'b/c', 'ä'),
  at: fc.integer({ min: 0, max: 20 }),
});

function apply(record: AlarmRecord, { kind, stream, at }: { kind: string; stream: string; at: number }): void {
  const running = record.running(idOf(stream));
  if (kind === 'add') record.add(alarmOf(stream, at));
  else if (kind === 'judge') record.judge(`${stream}@${at}`, at % 2 === 0 ? 'normal' : 'fault');
  else if (running !== undefined && kind === 'raise') record.raise(running, at);
  else if (running !== undefined) record.end(running, toEpochMs(at), { evidence: evidenceOf() });
}

describe('the record of alarms', () => {
  it('is after a kill what it was before, but for the score so far of what goes on', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const notes = new LineNotes();
        const record = recordOn(notes, 10);
        for (const each of operations) apply(record, each);
        const written = (alarm: PastAlarm) => (alarm.end === null ? { ...alarm, score: 0 } : alarm);
        expect(recordOn(notes, 10).list().map(written)).toEqual(record.list().map(written));
        expect(notes.lines.size).toBe(record.list().length);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads a line of a version that had no restlessness', () => {
    const alarm = alarmOf('a', 1, { end: toEpochMs(2), evidence: evidenceOf() });
    const line = toAlarmLine(alarm).replace('"restless":0.5,', '');
    expect(line).not.toContain('restless');
    expect(readAlarmLine(line)).toEqual({ ...alarm, evidence: evidenceOf({ restless: 0 }) });
  });

  it('has one line for each alarm, also after a kill between the two lines of a change', () => {
    const before = alarmOf('a', 1);
    const after = { ...before, end: toEpochMs(5) };
    const notes = new LineNotes([toAlarmLine(before), toAlarmLine(after), 'no alarm', '{"id":"x"}']);
    expect(recordOn(notes).list()).toEqual([after]);
    expect([...notes.lines]).toEqual([toAlarmLine(after)]);
  });

  it('reads back each line that it writes, and takes no other text for one', () => {
    const alarm = alarmOf('a', 1.5, { end: toEpochMs(7), verdict: 'fault', evidence: evidenceOf() });
    expect(readAlarmLine(toAlarmLine(alarm))).toEqual(alarm);
    expect(readAlarmLine(toAlarmLine({ ...alarm, channel: 'smell' } as unknown as PastAlarm))).toBeUndefined();
    expect(readAlarmLine(toAlarmLine({ ...alarm, stream: idOf('a/+') }))).toBeUndefined();
    fc.assert(fc.property(fc.json(), (text) => void expect(readAlarmLine(text)).toBeUndefined()));
  });

  it('names those that go on first, then the newest', () => {
    const record = new AlarmRecord();
    record.add(alarmOf('a', 10, { end: toEpochMs(11) }));
    record.add(alarmOf('b', 5));
    record.add(alarmOf('a', 20, { end: toEpochMs(21) }));
    expect(idsOf(record.list())).toEqual(['b@5', 'a@20', 'a@10']);
    expect(idsOf(record.list({ stream: idOf('a') }))).toEqual(['a@20', 'a@10']);
    expect(idsOf(record.list({ isOpen: true }))).toEqual(['b@5']);
    expect(idsOf(record.list({ isOpen: false, from: toEpochMs(21) }))).toEqual(['a@20']);
    // One that goes on had not ended before any time.
    expect(idsOf(record.list({ from: toEpochMs(100) }))).toEqual(['b@5']);
    expect(record.find(idOf('a'), 'last')?.id).toBe('a@20');
    expect(record.find(idOf('a'), 'b@5')).toBeUndefined();
    expect(record.find(idOf('c'), 'last')).toBeUndefined();
  });

  it('ends an alarm where the next one of its stream starts', () => {
    const record = new AlarmRecord();
    record.add(alarmOf('a', 1));
    record.add(alarmOf('a', 9));
    expect(record.list().map(({ id, end }) => [id, end])).toEqual([
      ['a@9', null],
      ['a@1', 9],
    ]);
    expect(record.running(idOf('a'))?.id).toBe('a@9');
  });

  it('forgets the oldest of the stream that has most, and counts it', () => {
    const notes = new LineNotes();
    const record = recordOn(notes, 5);
    record.add(alarmOf('quiet', 0, { end: toEpochMs(1) }));
    for (let at = 10; at < 30; at++) record.add(alarmOf('noisy', at, { end: toEpochMs(at) }));
    expect(idsOf(record.list())).toEqual(['noisy@29', 'noisy@28', 'noisy@27', 'noisy@26', 'quiet@0']);
    expect([record.forgotten, notes.lines.size]).toEqual([16, 5]);
  });

  it('takes less than a kilobyte for the longest names', () => {
    const name = 'ä'.repeat(100);
    const digits = -1.234567890123456e-300;
    const numbers = { score: digits, y: digits, yhat: digits, yhatLower: digits, yhatUpper: digits };
    const evidence = evidenceOf({ low: digits, high: digits, jump: 1e300 / 3, averages: [1 / 3, 1 / 3] });
    const alarm = alarmOf(name, 8e15 / 3, { ...numbers, knownLow: digits, knownHigh: digits, evidence });
    expect(Buffer.byteLength(toAlarmLine(alarm))).toBeLessThan(1024);
  });
});
