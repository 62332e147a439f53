import * as v from 'valibot';
import { LEARN_MODES, type LearnMode, type LearnSettings, type MaintenanceWindow } from '../../domain/learnSettings.ts';
import { choice } from '../scalars/choice.ts';
import { isCron } from '../scalars/cronWindows.ts';
import { readMaintenance } from '../scalars/maintenanceWindow.ts';
import { option } from './about.ts';

const MOST_WINDOWS = 50;
const EXPECTED =
  'expected a time such as "Sun 02:00-04:00", "weekdays 12:00-13:00" or "2026-12-24 08:00 - 2026-12-24 12:00"';
const CRON =
  'a line of cron says when a time begins: write behind it how long it lasts, as in "0 2 * * sun for 2h"; day of the month and month must be *';

const window = v.pipe(
  v.string(EXPECTED),
  v.rawTransform<string, readonly MaintenanceWindow[]>(({ dataset, addIssue, NEVER }) => {
    const windows = readMaintenance(dataset.value);
    if (windows !== undefined) return windows;
    addIssue({ message: isCron(dataset.value.trim().toLowerCase()) ? CRON : EXPECTED });
    return NEVER;
  }),
);
const single = v.pipe(
  window,
  v.transform((found) => [found]),
);
const list = v.pipe(v.array(window, EXPECTED), v.maxLength(MOST_WINDOWS, `at most ${MOST_WINDOWS} times`));
/** One time may stand alone. */
const windows = v.pipe(
  v.union([single, list], ({ issues }) => issues?.find(({ message }) => message !== EXPECTED)?.message ?? EXPECTED),
  v.transform((found): readonly MaintenanceWindow[] => found.flat()),
  v.metadata({ kind: 'list of times, such as "Sun 02:00-04:00"' }),
);

interface LearnEntries {
  readonly learn: v.GenericSchema<unknown, LearnMode>;
  readonly maintenance: v.GenericSchema<unknown, readonly MaintenanceWindow[]>;
}

/** Options on when the networks of a stream learn. */
export const learnEntries: LearnEntries = {
  learn: v.pipe(
    v.optional(choice(LEARN_MODES), 'always'),
    option(
      'live',
      'Learn',
      '`when_normal`: the networks learn from no reading at which an anomaly is open, neither then nor later. `paused`: from none. Forecasts and scores go on; scales, intervals, the linear model and the choice among experts follow the readings in every mode.',
    ),
  ),
  maintenance: v.pipe(
    v.optional(windows, []),
    option(
      'live',
      'Maintenance',
      'Times in which the networks learn nothing and no anomaly starts; forecasts go on. Each week: `Sun 02:00-04:00`, `weekdays 22:00-06:00`, `0 2 * * sun for 2h`; or once: `2026-12-24 08:00 - 2026-12-24 12:00`. In the zone of `time.zone`, by the time of the reading.',
    ),
  ),
};

interface LearnOptions {
  readonly learn: LearnSettings['mode'];
  readonly maintenance: readonly MaintenanceWindow[];
}

export function toLearnSettings({ learn: mode, maintenance }: LearnOptions): LearnSettings {
  return { mode, maintenance };
}
