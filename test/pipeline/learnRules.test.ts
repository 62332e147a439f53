import { expect, it } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { LearnSettings } from '../../src/domain/learnSettings.ts';
import { MARK } from '../../src/domain/marks.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { LearningPauses } from '../../src/pipeline/learningPauses.ts';
import { LearnRules } from '../../src/pipeline/learnRules.ts';
import { smallSettings } from '../support/settings.ts';
import { createHandClock } from '../telemetry/capture.ts';
import { idOf, sampleOf } from './samples.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-29T12:00Z');
const ALWAYS: LearnSettings = { mode: 'always', maintenance: [] };
/** Sundays, noon to one. */
const AT_NOON: LearnSettings = {
  mode: 'always',
  maintenance: [{ kind: 'weekly', from: 6 * 24 * HOUR + 12 * HOUR, to: 6 * 24 * HOUR + 13 * HOUR }],
};

function setUp() {
  const events: DomainEvent[] = [];
  const clock = createHandClock(NOON);
  const note = { read: () => undefined, write: () => true };
  const pauses = new LearningPauses({ clock, note, most: 2 });
  let entries = [{ settings: smallSettings({ learning: ALWAYS }) }];
  const rules = new LearnRules({
    pauses,
    settingsOf: () => (entries[0] as (typeof entries)[0]).settings,
    entries: () => entries,
    zoneOffsetOf: () => () => toDurationMs(0),
    report: (event) => void events.push(event),
  });
  const change = (learning: LearnSettings): void => {
    entries = [{ settings: smallSettings({ learning }) }];
  };
  return { events, pauses, rules, change };
}

it('marks nothing and looks at no reading where nothing may be marked', () => {
  const { rules, change } = setUp();
  expect(rules.areAny).toBe(false);
  change({ mode: 'paused', maintenance: [] });
  expect(rules.areAny).toBe(true);
  change(ALWAYS);
  expect(rules.areAny).toBe(false);
});

it('goes by the configuration of now, and counts what is kept out by its cause', () => {
  const { rules, change, events } = setUp();
  const marksAt = (at: number) => rules.marksFor(sampleOf('a', at));
  change({ mode: 'when_normal', maintenance: [] });
  expect(marksAt(NOON)).toBe(MARK.whenNormal);
  change({ mode: 'paused', maintenance: [] });
  expect(marksAt(NOON)).toBe(MARK.keptOut);
  change(AT_NOON);
  expect([marksAt(NOON - 1), marksAt(NOON), marksAt(NOON + HOUR)]).toEqual([0, MARK.keptOut | MARK.quiet, 0]);
  expect(events).toEqual([
    { type: 'LearningKeptOut', cause: 'paused' },
    { type: 'LearningKeptOut', cause: 'maintenance' },
  ]);
});

it('a pause by request keeps out in every mode, and a window within it is quiet all the same', () => {
  const { rules, change, pauses } = setUp();
  pauses.pause(idOf('a'), null);
  expect(rules.areAny).toBe(true);
  expect(rules.marksFor(sampleOf('a', NOON))).toBe(MARK.keptOut);
  expect(rules.marksFor(sampleOf('b', NOON))).toBe(0);
  change(AT_NOON);
  expect(rules.marksFor(sampleOf('a', NOON))).toBe(MARK.keptOut | MARK.quiet);
  pauses.resume(idOf('a'));
  expect(rules.marksFor(sampleOf('a', NOON + HOUR))).toBe(0);
});

it('takes the time of the reading, not that of its arrival, where the message tells one that may be true', () => {
  const { rules, change } = setUp();
  change(AT_NOON);
  const marksOf = (at: number, arrival: number) =>
    rules.marksFor({ ...sampleOf('a', at), origin: { arrival: toEpochMs(arrival), isTold: true, isBacklog: true } });
  expect(marksOf(NOON, NOON + 5 * HOUR)).toBe(MARK.keptOut | MARK.quiet);
  expect(marksOf(NOON - HOUR, NOON)).toBe(0);
  // A clock that was never set, and one that is a day ahead.
  expect(marksOf(0, NOON)).toBe(MARK.keptOut | MARK.quiet);
  expect(marksOf(NOON + 24 * HOUR, NOON)).toBe(MARK.keptOut | MARK.quiet);
});

it('adds to the marks that a reading has', () => {
  const { rules, change } = setUp();
  change(AT_NOON);
  expect(rules.marksFor({ ...sampleOf('a', NOON), marks: MARK.recorded })).toBe(
    MARK.keptOut | MARK.quiet | MARK.recorded,
  );
});
