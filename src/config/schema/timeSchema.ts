import * as v from 'valibot';
import type { TimeSettings } from '../../domain/streamSettings.ts';
import { choice } from '../scalars/choice.ts';
import { fieldPath } from '../scalars/fieldPath.ts';
import { flag } from '../scalars/flag.ts';
import { option } from './about.ts';

const zone = v.pipe(
  v.string('expected system or the name of a time zone, such as Europe/Berlin'),
  v.check(isKnownZone, 'is no time zone that this computer knows; expected system or a name such as Europe/Berlin'),
  v.metadata({ kind: 'system, or IANA time zone' }),
);

export const timeSchema: v.GenericSchema<unknown, TimeSettings> = v.pipe(
  v.strictObject({
    from: v.pipe(
      v.optional(choice(['message', 'arrival']), 'message'),
      option(
        'live',
        'Source',
        '`message`: the time in the message, or its arrival where it has none. `arrival`: always the arrival.',
      ),
    ),
    sanity: v.pipe(
      v.optional(flag(), 'on'),
      option(
        'live',
        'Sanity',
        'Replace times in a message that cannot be true by the arrival. Off: take any time, for replays and tests.',
      ),
    ),
    zone: v.pipe(
      v.optional(zone, 'system'),
      option('stream', 'Time zone', 'For the calendar inputs and for times without an offset.'),
    ),
    path: v.pipe(
      v.optional(fieldPath()),
      option('live', 'Path', 'Dotted path of the time in the message. Without it: the first of the usual names.'),
    ),
  }),
  v.transform((o): TimeSettings => ({ from: o.from, sanity: o.sanity, zone: o.zone, path: o.path })),
);

function isKnownZone(name: string): boolean {
  if (name === 'system') return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
