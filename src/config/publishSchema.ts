import * as v from 'valibot';
import type { PublishSettings } from '../domain/streamSettings.ts';
import { about } from './about.ts';
import { duration } from './durations.ts';
import { flag } from './flag.ts';

export const publishSchema: v.GenericSchema<unknown, PublishSettings> = v.pipe(
  v.strictObject({
    min_interval: v.pipe(
      v.optional(duration({ from: '1ms', to: '1d', zero: 'every time' }), '1s'),
      about(
        'Least interval',
        'At most one result per stream in this time. The start and end of an anomaly are always published.',
      ),
    ),
    retain: v.pipe(
      v.optional(flag(), 'on'),
      about('Retain', 'Leave the latest result with the broker for whoever subscribes later.'),
    ),
    expire: v.pipe(
      v.optional(duration({ from: '1s', to: '3650d', zero: 'never' }), 0),
      about('Expire', 'After this time the broker forgets a retained result (MQTT 5).'),
    ),
  }),
  v.transform((o): PublishSettings => ({ minInterval: o.min_interval, retain: o.retain, expire: o.expire })),
);
