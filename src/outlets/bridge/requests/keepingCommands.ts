import * as v from 'valibot';
import type { Keeping } from '../../../domain/control.ts';
import { LOG_LEVELS } from '../../../domain/logLevel.ts';
import { type BridgeCommand, command } from './command.ts';
import type { Desk } from './desk.ts';
import { fail, keepPace } from './members.ts';

/** Both write to a medium that wears. */
const SAVE_EVERY_MS = 10_000;
const BACKUP_EVERY_MS = 60_000;

/** Keeps what was learned, at once. */
export const save: BridgeCommand = command({
  name: 'save',
  about: 'Writes the state of every stream that has changed to the medium. At most once in ten seconds.',
  gives: '`streams`: number of states that were written',
  changes: true,
  takes: {},
  run: (_, desk) => keep(desk, { name: 'save', every: SAVE_EVERY_MS }, (keeping) => keeping.saveAll()),
});

/** Copies what is kept. */
export const backup: BridgeCommand = command({
  name: 'backup',
  about:
    'Saves, then copies the store to `state.backup.sqlite` in the state folder, from which a damaged store is mended. At most once a minute.',
  gives: '`streams`: number of states that were written before',
  changes: true,
  takes: {},
  run: (_, desk) => keep(desk, { name: 'backup', every: BACKUP_EVERY_MS }, (keeping) => keeping.backUp()),
});

async function keep(
  desk: Desk,
  { name, every }: { readonly name: string; readonly every: number },
  run: (keeping: Keeping) => Promise<number | undefined>,
): Promise<object> {
  const { keeping } = desk.control;
  if (keeping === undefined) return fail('TG_REQUEST_NOT_KEPT', 'nothing is kept: state.durability is none');
  keepPace(desk, name, every);
  const streams = await run(keeping);
  return streams === undefined ? fail('TG_REQUEST_NOT_KEPT', 'the medium takes nothing now') : { streams };
}

/** Changes what is logged. */
export const log_level: BridgeCommand = command({
  name: 'log_level',
  about:
    'Changes what is logged, or which lines of it are published on `bridge/logging`, until the daemon is started anew or reads another level in its configuration.',
  gives: '`level` and `before`',
  changes: true,
  takes: {
    level: v.pipe(
      v.picklist(['off', ...LOG_LEVELS], `expected one of ${LOG_LEVELS.join(', ')}`),
      v.description(`${LOG_LEVELS.join(', ')}: this and all that is worse; off, for \`bridge/logging\` alone`),
    ),
    of: v.pipe(
      v.optional(v.picklist(['log', 'bridge'], 'expected log or bridge'), 'log'),
      v.description('`bridge`: what `bridge/logging` has; without it: the log itself'),
    ),
  },
  run({ level, of }, { control: { log } }) {
    const before = of === 'log' ? log.threshold : log.published;
    if (of === 'bridge') log.published = level;
    else if (level === 'off') fail('TG_REQUEST_INVALID', 'level: the log itself is never off');
    else log.threshold = level;
    return { level, before };
  },
});

/** Reads the configuration again. */
export const reload: BridgeCommand = command({
  name: 'reload',
  about:
    'Reads the configuration again and puts in force what can be without a start: live options at once, those of streams as each of them starts anew with what it has learned, topics as they come and go, and the link to the broker. A wrong configuration changes nothing.',
  gives:
    'names of options, those of an entry behind its topic: `live`, `streams`, `topics` (entries that came or went), `link` (the link to the broker is made anew), and `restart`: those that wait for a start of the daemon',
  changes: true,
  takes: {},
  run(_, { control: { configuration } }) {
    try {
      return configuration.reload();
    } catch {
      return fail('TG_REQUEST_CONFIG');
    }
  },
});
