import * as v from 'valibot';
import type { DurationMs } from '../../domain/time.ts';
import { choice } from '../scalars/choice.ts';
import { duration } from '../scalars/durations.ts';
import { size } from '../scalars/sizes.ts';
import { text } from '../scalars/text.ts';
import { about, option } from './about.ts';

/** Options as in the file: `auto` depends on the subscriptions, and the folder's default on the computer. */
export interface StateOptions {
  readonly dir: string | undefined;
  readonly durability: 'auto' | 'journal' | 'snapshot' | 'none';
  readonly writesPerDay: number;
  readonly commitInterval: DurationMs;
  readonly onDiskFull: 'stop_ack' | 'continue_unsafe';
  readonly keepFormer: DurationMs;
  readonly keepPast: DurationMs;
  readonly keepPastSize: number;
}

const journal = v.strictObject({
  commit_interval: v.pipe(
    v.optional(duration({ from: '10ms', to: '1m' }), '1s'),
    option(
      'restart',
      'Commit interval',
      'With `durability: journal`: how long a message waits for the disk, and its acknowledgement with it. Shorter costs more writing.',
    ),
  ),
});

const object = v.strictObject({
  dir: v.pipe(
    v.optional(text(4_096)),
    option(
      'restart',
      'Folder',
      'Where it is kept. Without it: `$STATE_DIRECTORY`, else `$XDG_STATE_HOME/tidegate`, else `~/.local/state/tidegate`. Relative to the configuration file. One daemon a folder.',
    ),
  ),
  durability: v.pipe(
    v.optional(choice(['auto', 'journal', 'snapshot', 'none']), 'auto'),
    option(
      'restart',
      'Durability',
      '`journal`: nothing that was acknowledged is ever lost (needs `mqtt.qos` 1 or 2). `snapshot`: a power cut loses a minute at most, a stop nothing. `none`: nothing is kept. `auto`: `journal` with `mqtt.qos` 1 or 2, else `snapshot`.',
    ),
  ),
  writes_per_day: v.pipe(
    v.optional(size('1MB', '1000GB'), '100MB'),
    option(
      'restart',
      'Writes per day',
      'What the flash is meant to bear. It decides how often streams are written in full; the journal itself comes first, and what it takes is published with the health.',
    ),
  ),
  journal: v.pipe(
    v.optional(journal, {}),
    about('Journal', 'How samples reach the disk before they are acknowledged.'),
  ),
  on_disk_full: v.pipe(
    v.optional(choice(['stop_ack', 'continue_unsafe']), 'stop_ack'),
    option(
      'restart',
      'On disk full',
      'What becomes of acknowledgements while the disk takes nothing. `stop_ack`: they wait, and the broker keeps what we have not acknowledged. `continue_unsafe`: they are given all the same.',
    ),
  ),
  keep_former: v.pipe(
    v.optional(duration({ from: '1h', to: '365d', zero: 'not at all' }), '7d'),
    option(
      'restart',
      'Keep the former',
      'Where a changed configuration has no place for a network (another `hidden`, `cell`, `inputs` …), it is put aside for so long, in the time of the readings, with a byte for each weight. It comes back if the configuration is put back.',
    ),
  ),
  keep_past: v.pipe(
    v.optional(duration({ from: '1h', to: '365d', zero: 'no further than what a start needs' }), '3d'),
    option(
      'restart',
      'Keep the past',
      'How far back `undo`, and a verdict of `fault`, are meant to reach. States of each stream are kept for it, the further apart the older they are, and the journal since then; nothing more is written to the flash. With 0 they reach back five to ten hours where readings come all the time.',
    ),
  ),
  keep_past_size: v.pipe(
    v.optional(size('1MB', '1000GB'), '256MB'),
    option(
      'restart',
      'Size of the past',
      'Most that `keep_past` takes on the disk: half of it for states, half for the journal. Where that is too little, `undo` reaches less far, and says how far.',
    ),
  ),
});

export const stateSchema: v.GenericSchema<unknown, StateOptions> = v.pipe(
  object,
  v.transform(
    (o): StateOptions => ({
      dir: o.dir,
      durability: o.durability,
      writesPerDay: o.writes_per_day,
      commitInterval: o.journal.commit_interval,
      onDiskFull: o.on_disk_full,
      keepFormer: o.keep_former,
      keepPast: o.keep_past,
      keepPastSize: o.keep_past_size,
    }),
  ),
);
