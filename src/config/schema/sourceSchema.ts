import * as v from 'valibot';
import { DIALECT_NAMES, type DialectName } from '../../domain/dialectName.ts';
import { fieldPath } from '../scalars/fieldPath.ts';
import { flag } from '../scalars/flag.ts';
import { option } from './about.ts';

const MOST_PARTS = 8;

/** Name of the sender's dialect, or `auto`. */
export const sourceName: v.GenericSchema<unknown, 'auto' | DialectName> = v.pipe(
  v.picklist(['auto', ...DIALECT_NAMES] as const, `expected auto, or one of ${DIALECT_NAMES.join(', ')}`),
  v.metadata({ kind: `auto, or ${DIALECT_NAMES.join(', ')}` }),
);

/** Paths of what tells one sender from another. */
const senderPaths = v.pipe(
  v.array(fieldPath()),
  v.minLength(1, 'name at least one path'),
  v.maxLength(MOST_PARTS, `at most ${MOST_PARTS} paths`),
  v.metadata({ kind: 'list of paths' }),
);

/** Options of an entry that say who sends on its topics. */
export const source: v.GenericSchema<unknown, 'auto' | DialectName | undefined> = v.pipe(
  v.optional(sourceName),
  option(
    'stream',
    'Source',
    'What sends on these topics, in place of `fields`: its sensors are read as it writes them, with their times and units, and nothing else is. `auto` recognises it for each topic by the first message. A topic that an entry without `source` matches is left to that one.',
  ),
);
export const booleans: v.GenericSchema<unknown, boolean> = v.pipe(
  v.optional(flag(), 'off'),
  option('stream', 'Booleans', 'With `source`: true and false, ON and OFF are readings too, 1 and 0.'),
);
export const rebirth: v.GenericSchema<unknown, boolean> = v.pipe(
  v.optional(flag(), 'off'),
  option(
    'stream',
    'Rebirth',
    'With `source: sparkplug-b` or `auto`: a node whose names are not known, or whose messages have a gap, is asked for its birth (NCMD, `Node Control/Rebirth`), at most once a minute and less and less often. Off: nothing is ever sent to a node.',
  ),
);
export const keepalive: v.GenericSchema<unknown, boolean> = v.pipe(
  v.optional(flag(), 'off'),
  option(
    'stream',
    'Keepalive',
    'With `source: victron` or `auto`: portals are asked twice a minute to go on sending (`R/<portal>/keepalive`). Off: nothing is ever sent to a portal, and something else has to ask it.',
  ),
);
export const deviceTopics: v.GenericSchema<unknown, boolean> = v.pipe(
  v.optional(flag(), 'on'),
  option(
    'stream',
    'Topics of the devices',
    'With `source`: the topics in which its devices describe themselves and say whether they are there are heard too, where `topic` leaves them out (`zigbee2mqtt/bridge/devices` and `zigbee2mqtt/kitchen/availability` beside `zigbee2mqtt/kitchen`), at most 256 of them for all entries. No stream comes of them. Off: `topic` alone is subscribed to.',
  ),
);
export const by: v.GenericSchema<unknown, readonly string[] | undefined> = v.pipe(
  v.optional(senderPaths),
  option(
    'stream',
    'By',
    'Paths of what tells one sender from another where many share a topic, as in [model, channel, id]. Each sender is a stream of its own, `topic/sender/field`.',
  ),
);
