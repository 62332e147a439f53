import * as v from 'valibot';
import type { Horizon, PublishSettings } from '../../domain/streamSettings.ts';
import { duration } from '../scalars/durations.ts';
import { flag } from '../scalars/flag.ts';
import { integer } from '../scalars/numbers.ts';
import { option } from './about.ts';

/** Options as written: whether forecasts have a topic of their own depends on the horizons unless the file decides it. */
export interface PublishOptions extends Omit<PublishSettings, 'forecast'> {
  readonly forecast: 'auto' | boolean;
}

export function toPublishSettings(options: PublishOptions, horizons: readonly Horizon[]): PublishSettings {
  const { forecast } = options;
  return { ...options, forecast: forecast === 'auto' ? horizons.length > 1 : forecast };
}

export const publishSchema: v.GenericSchema<unknown, PublishOptions> = v.pipe(
  v.strictObject({
    min_interval: v.pipe(
      v.optional(duration({ from: '1ms', to: '1d', zero: 'every time' }), '1s'),
      option(
        'live',
        'Least interval',
        'At most one result per stream in this time. The start and end of an anomaly are always published.',
      ),
    ),
    retain: v.pipe(
      v.optional(flag(), 'on'),
      option('live', 'Retain', 'Leave the latest result with the broker for clients that subscribe later.'),
    ),
    qos: v.pipe(
      v.optional(
        v.pipe(
          integer(0, 1),
          v.transform((value) => value as 0 | 1),
        ),
        0,
      ),
      option(
        'live',
        'Quality of service',
        'QoS of the results: 0 at most once; 1 at least once, for a broker that keeps no retained message of QoS 0 (Moquette), and for results that must not be lost. It costs an answer of the broker for each.',
      ),
    ),
    expire: v.pipe(
      v.optional(duration({ from: '1s', to: '3650d', zero: 'never' }), 0),
      option('live', 'Expire', 'After this time the broker forgets a retained result (MQTT 5).'),
    ),
    forecast: v.pipe(
      v.optional(
        v.pipe(v.union([v.literal('auto'), flag()], 'expected auto, on or off'), v.metadata({ kind: 'auto, on, off' })),
        'auto',
      ),
      option(
        'live',
        'Forecast',
        'Also publish the forecasts of all horizons as columns, at `<stream>/forecast`. `auto`: where there are several horizons; of a single one the result itself says all.',
      ),
    ),
  }),
  v.transform(
    (o): PublishOptions => ({
      minInterval: o.min_interval,
      retain: o.retain,
      qos: o.qos,
      expire: o.expire,
      forecast: o.forecast,
    }),
  ),
);
