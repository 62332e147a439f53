import { DAY_MS, HOUR_MS, WEEK_MS } from './faultPlan.ts';
import type { Random } from './random.ts';
import type { Series } from './sensor.ts';

const MINUTE_MS = 60_000;
const STANDBY_WATTS = 1.8;

/** One programme, phase by phase; `swing` is the drum turning and resting. */
const PROGRAMME = [
  { minutes: 6, watts: 55, swing: 15 },
  { minutes: 26, watts: 2_050, swing: 60 },
  { minutes: 38, watts: 150, swing: 60 },
  { minutes: 22, watts: 95, swing: 40 },
  { minutes: 12, watts: 380, swing: 90 },
] as const;

/** When people wash: weekday (0 = Monday) and hour. */
const WEEKLY_RUNS = [
  { day: 0, hour: 18.5 },
  { day: 2, hour: 19.2 },
  { day: 4, hour: 18 },
  { day: 5, hour: 9.5 },
  { day: 5, hour: 12 },
] as const;

/** 1970-01-05, the first Monday of the epoch. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** `power` in W of a washing machine that runs a few times a week, never quite on time. */
export function createWasher(random: Random): Series {
  let week = Number.NaN;
  let starts: readonly number[] = [];

  return (at) => {
    const thisWeek = Math.floor((at - FIRST_MONDAY_MS) / WEEK_MS);
    if (thisWeek !== week) {
      week = thisWeek;
      const monday = FIRST_MONDAY_MS + week * WEEK_MS;
      starts = WEEKLY_RUNS.map(
        ({ day, hour }) => monday + day * DAY_MS + hour * HOUR_MS + 15 * MINUTE_MS * random.normal(),
      );
    }
    const phase = starts.map((start) => phaseAt((at - start) / MINUTE_MS)).find((found) => found !== undefined);
    if (phase === undefined) return { power: STANDBY_WATTS + 0.05 * random.normal() };
    return { power: Math.max(0, phase.watts + phase.swing * (2 * random.uniform() - 1)) };
  };
}

function phaseAt(minutes: number): (typeof PROGRAMME)[number] | undefined {
  if (minutes < 0) return undefined;
  let end = 0;
  return PROGRAMME.find((phase) => {
    end += phase.minutes;
    return minutes < end;
  });
}
