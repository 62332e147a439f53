import type { SettingsOf } from '../domain/decode.ts';
import { NO_LEARNING } from '../domain/effort.ts';
import type { Report } from '../domain/events.ts';
import { marksAt, mayMark } from '../domain/learnSettings.ts';
import { hasMark, MARK, type Marks, NO_MARKS } from '../domain/marks.ts';
import type { Sample } from '../domain/sample.ts';
import type { StreamSpec } from '../domain/streamSpec.ts';
import { type EpochMs, OLDEST_TOLD_MS, type ZoneOffset } from '../domain/time.ts';
import type { LearningPauses } from './learningPauses.ts';

export interface LearnRulesOptions {
  /** Pauses that requests make. Default: there are none. */
  readonly pauses?: LearningPauses | undefined;
  readonly settingsOf: SettingsOf;
  /** Entries of the configuration as they are now: the list is another one after a change. Default: no stream has rules. */
  readonly entries?: (() => readonly Pick<StreamSpec, 'settings'>[]) | undefined;
  readonly zoneOffsetOf: (zone: string) => ZoneOffset;
  readonly report: Report;
}

/** No clock of a sender is trusted to be ahead of ours by more. */
const AHEAD_MS = 120_000;

/**
 * Which readings the networks of their stream learn nothing from, and which start no alarm: by requests, by `learn` and `maintenance` of the
 * configuration as it is now. Decided before the step, and written into the reading: a replay of the journal needs to know nothing of it.
 */
export class LearnRules {
  readonly #options: LearnRulesOptions;
  /** Entries that were looked through last, and what was found. */
  #entries: readonly Pick<StreamSpec, 'settings'>[] | undefined;
  #mayMark = false;

  constructor(options: LearnRulesOptions) {
    this.#options = options;
  }

  /** Some reading may get a mark. Asked for each message. */
  get areAny(): boolean {
    const { pauses, entries } = this.#options;
    const now = entries?.();
    if (now !== this.#entries) {
      this.#entries = now;
      this.#mayMark = now?.some(({ settings }) => mayMark(settings.learning)) === true;
    }
    return this.#mayMark || pauses?.isAny === true;
  }

  /** The reading's own marks, and those that it gets now. What is kept out is counted. */
  marksFor(sample: Sample): Marks {
    const own = sample.marks ?? NO_MARKS;
    const { pauses, report } = this.#options;
    if (pauses?.effortFor(sample.stream) === NO_LEARNING) {
      report({ type: 'LearningKeptOut', cause: 'paused' });
      // Who does maintenance by hand pauses the learning too: the window may say that no alarm starts.
      return own | MARK.keptOut | this.#byConfiguration(sample);
    }
    const marks = this.#byConfiguration(sample);
    if (hasMark(marks, MARK.keptOut))
      report({ type: 'LearningKeptOut', cause: hasMark(marks, MARK.quiet) ? 'maintenance' : 'paused' });
    return own | marks;
  }

  #byConfiguration(sample: Sample): Marks {
    const { settingsOf, zoneOffsetOf } = this.#options;
    const { learning, time } = settingsOf(sample.stream);
    if (!mayMark(learning)) return NO_MARKS;
    const at = timeOf(sample);
    return marksAt(learning, at, zoneOffsetOf(time.zone)(at));
  }
}

/** The time that the message tells, where it may be true; else its arrival. */
function timeOf({ at, origin }: Sample): EpochMs {
  if (origin === undefined) return at;
  const { arrival } = origin;
  return at <= arrival + AHEAD_MS && at >= arrival - OLDEST_TOLD_MS ? at : arrival;
}
