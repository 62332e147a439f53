import * as v from 'valibot';
import { toAlarmView } from '../../alarms/alarmView.ts';
import { type BridgeCommand, command } from './command.ts';
import { requireStream, stream, time } from './members.ts';

/** Alarms of one answer. */
const MOST_LISTED = 200;

/** Lists past alarms. */
export const alarms: BridgeCommand = command({
  name: 'alarms',
  about: 'The alarms of before and of now: first those that go on, then the newest.',
  gives:
    '`alarms`: the first 200, each with `id`, `stream`, `start`, `end` (null: it goes on), its largest `score`, the `channel` that led to it (`errors`, `jump`, `range`, `still`, `limit`), and of its start `y`, `yhat` with `yhat_lower` and `yhat_upper`, and the range of all readings before, `known_low` and `known_high`; `verdict`; and once it has ended `readings`, from the first strange one to the last, and `error_ratio`, the largest average of its errors in usual errors; `left_off`: how many more there are; `forgotten`: how many there was no room for',
  changes: false,
  takes: {
    stream: v.pipe(v.optional(stream), v.description('id of the stream; without it: all')),
    from: v.optional(time('alarms that had not ended before; without it: all')),
    open: v.pipe(
      v.optional(v.boolean('expected true or false')),
      v.description('true: those that go on; false: those that have ended; without it: both'),
    ),
  },
  run({ stream: id, from, open }, desk) {
    if (id !== undefined) requireStream(id, desk);
    const found = desk.alarms.list({ stream: id, from, isOpen: open });
    return {
      alarms: found.slice(0, MOST_LISTED).map(toAlarmView),
      left_off: Math.max(0, found.length - MOST_LISTED),
      forgotten: desk.alarms.forgotten,
    };
  },
});
