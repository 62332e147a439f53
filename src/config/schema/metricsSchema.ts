import * as v from 'valibot';
import { flag } from '../scalars/flag.ts';
import { integer } from '../scalars/numbers.ts';
import { option } from './about.ts';

/** Metrics for Prometheus, at the address of the page. */
export interface MetricsSettings {
  readonly enabled: boolean;
  /** Streams that have series of their own. */
  readonly maxStreams: number;
}

export const metricsSchema: v.GenericSchema<unknown, MetricsSettings> = v.pipe(
  v.strictObject({
    enabled: v.pipe(
      v.optional(flag(), 'on'),
      option(
        'restart',
        'Enabled',
        'Answers `/metrics`, `/healthz`, `/readyz` and `/version` at the address of the page, without the page too. What they need is loaded with the first scrape.',
      ),
    ),
    max_streams: v.pipe(
      v.optional(integer(0, 100_000), 1000),
      option(
        'restart',
        'Most streams',
        'Streams that have series of their own, nine each: those that came first. The others are counted under the state `unknown`.',
        'streams',
      ),
    ),
  }),
  v.transform(({ enabled, max_streams: maxStreams }): MetricsSettings => ({ enabled, maxStreams })),
);
