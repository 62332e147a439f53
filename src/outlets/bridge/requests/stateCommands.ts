import * as v from 'valibot';
import type { ExportedState, StateExchange } from '../../../domain/control.ts';
import { toEpochMs, toIsoTime } from '../../../domain/time.ts';
import { type BridgeCommand, command } from './command.ts';
import type { Desk } from './desk.ts';
import { fail, keepPace, requireStream, stream } from './members.ts';

/** Bytes of the streams of an answer. */
const MOST_BYTES = 200_000;
const VERIFY_EVERY_MS = 60_000;
/** The state is read and checked where messages are taken too. */
const IMPORT_EVERY_MS = 1000;

const file = v.pipe(
  v.string('expected the name of a file'),
  v.regex(/^\w[\w.%-]{0,250}$/, 'expected a plain name of letters, digits, `_`, `-`, `.` and `%`, without a folder'),
);

/** Lists what is kept. */
export const states: BridgeCommand = command({
  name: 'states',
  about: 'Lists the streams whose state is kept in the state folder.',
  gives:
    '`states`: `stream`, `saved_at`, and `generations`, newest first: `generation`, `position` in the journal, `bytes`, `saved_at`; `left_off`: streams that the answer has no room for',
  changes: false,
  takes: {},
  async run(_, desk) {
    const stored = await exchangeOf(desk).list();
    const entries: object[] = [];
    let bytes = 0;
    for (const { stream: id, savedAt, generations } of [...stored].sort((a, b) => (a.stream < b.stream ? -1 : 1))) {
      const shown = generations.map(({ savedAt: at, ...others }) => ({
        ...others,
        saved_at: toIsoTime(toEpochMs(at)),
      }));
      const entry = { stream: id, saved_at: toIsoTime(toEpochMs(savedAt)), generations: shown };
      bytes += Buffer.byteLength(JSON.stringify(entry)) + 1;
      if (bytes > MOST_BYTES) break;
      entries.push(entry);
    }
    return { states: entries, left_off: stored.length - entries.length };
  },
});

/** Looks at what is kept. */
export const verify: BridgeCommand = command({
  name: 'verify',
  about: 'Reads everything that is kept and says what of it is damaged; changes nothing. At most once a minute.',
  gives: '`streams`, `snapshots`, `damaged_snapshots`, `batches`, `journal_gaps`',
  changes: false,
  takes: {},
  async run(_, desk) {
    const exchange = exchangeOf(desk);
    keepPace(desk, 'verify', VERIFY_EVERY_MS);
    const { streams, snapshots, damagedSnapshots, batches, journalGaps } = await exchange.verify();
    return { streams, snapshots, damaged_snapshots: damagedSnapshots, batches, journal_gaps: journalGaps };
  },
});

/** Takes the state of a stream out. */
export const exportState: BridgeCommand = command({
  name: 'export',
  about: 'Saves the state of a stream, and writes it to a new file in the folder `exports` of the state folder.',
  gives: '`stream`, `file` below the state folder, `bytes`, `saved_at`',
  changes: true,
  takes: {
    stream,
    format: v.pipe(
      v.optional(v.picklist(['state', 'safetensors'], 'expected state or safetensors'), 'state'),
      v.description(
        '`state`: all of it, which `import` takes; `safetensors`: the weights of its networks under the names of PyTorch',
      ),
    ),
    file: v.pipe(v.optional(file), v.description('name of the file; without it: one made of stream and time')),
  },
  async run({ stream: id, format, file: name }, desk) {
    requireStream(id, desk);
    return show(await exchangeOf(desk).export({ stream: id, format, file: name }));
  },
});

/** Takes the state of a stream in. */
export const importState: BridgeCommand = command({
  name: 'import',
  about:
    'Puts the state of a file in the place of what a stream has learned; it goes on from there with its next reading. What it knew is kept as a state of before, for `former`. Until the answer a crash leaves it as it was.',
  gives: '`stream`, `file`, `bytes`, `saved_at`: when the state was saved',
  changes: true,
  takes: {
    file: v.pipe(
      file,
      v.description(
        'name of a file in the folder `exports` of the state folder: what `export` with the format `state` wrote, or a copy of a backup; `state.backup.sqlite`: the backup itself',
      ),
    ),
    stream: v.pipe(
      v.optional(stream),
      v.description(
        'id of the stream; without it: the one that the state was exported of. A backup has many and needs it',
      ),
    ),
    adapt: v.pipe(
      v.optional(v.boolean('expected true or false'), false),
      v.description(
        'true: takes a state of other settings too, as far as it fits, as after a change of the configuration; else it is refused with the settings that differ',
      ),
    ),
  },
  async run({ file: name, stream: id, adapt }, desk) {
    const exchange = exchangeOf(desk);
    keepPace(desk, 'import', IMPORT_EVERY_MS);
    return show(await exchange.import({ file: name, stream: id, isAdapted: adapt }));
  },
});

/** Goes back to a state that is kept. */
export const former: BridgeCommand = command({
  name: 'former',
  about:
    'Puts a state of before, which `states` lists, in the place of what a stream has learned since: nothing of what came after it is learned again, as `undo` does. The state of now is kept as the one before, so that the same request brings it back.',
  gives: '`stream`, `generation`: the one that the stream went back to, `bytes`',
  changes: true,
  takes: {
    stream,
    generation: v.pipe(
      v.optional(v.pipe(v.number('expected a number'), v.safeInteger('expected a whole number'))),
      v.description('number of the state, as `states` has it; without it: the one before the newest'),
    ),
  },
  async run({ stream: id, generation }, desk) {
    requireStream(id, desk);
    return await exchangeOf(desk).former({ stream: id, generation });
  },
});

function exchangeOf({ control }: Desk): StateExchange {
  return control.exchange ?? fail('TG_REQUEST_NOT_KEPT', 'nothing is kept: state.durability is none');
}

function show({ savedAt, ...others }: ExportedState): object {
  return { ...others, saved_at: savedAt };
}
