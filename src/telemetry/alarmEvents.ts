import type { EventRows } from './eventRow.ts';

/** Rows of alarms. The record of alarms has them, and so has the topic of each stream: a line for each would say it a third time. */
export const ALARM_EVENTS: Pick<EventRows, 'AlarmStarted' | 'AlarmEnded'> = {
  AlarmStarted: { count: null, line: null },
  AlarmEnded: { count: null, line: null },
};
