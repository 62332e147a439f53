import * as v from 'valibot';
import type { ExportedState, StateExchange } from '../../../domain/control.ts';
import { toEpochMs, toIsoTime } from '../../../domain/time.ts';
import { type BridgeCommand, command } from './command.ts';
import type { Desk } from './desk.ts';
import { fail, keepPace, requireStream, stream } from './members.ts';

/** Bytes of the streams of an answer. */
const MOST_BYTES = 200_000;
const VERIFY_EVERY_MS = 60_000;

const file = v.pipe(
  v.string('expected the name of a file'),
  v.regex(/^\w[\w.%-]{0,250}$/, 'expected a plain name of letters, digits, `_`, `-`, `.` and `%`, without a folder'),
);

/** Lists what is kept. */
export const states: BridgeCommand = command({
  name: 'states',
  about: 'Lists the streams whose state is kept in the state folder.',
  gives:
    '`states`: `stream`, `saved_at`, and `generations`, newest first: `generation`, `position` in the journal, `bytes`; `left_off`: streams that the answer has no room for',
  changes: false,
  takes: {},
  async run(_, desk) {
    const stored = await exchangeOf(desk).list();
    const entries: object[] = [];
    let bytes = 0;
    for (const { stream: id, savedAt, generations } of [...stored].sort((a, b) => (a.stream < b.stream ? -1 : 1))) {
      const entry = { stream: id, saved_at: toIsoTime(toEpochMs(savedAt)), generations };
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
        '`state`: all of it, which `state import` takes; `safetensors`: the weights of its networks under the names of PyTorch',
      ),
    ),
    file: v.pipe(v.optional(file), v.description('name of the file; without it: one made of stream and time')),
  },
  async run({ stream: id, format, file: name }, desk) {
    requireStream(id, desk);
    return show(await exchangeOf(desk).export({ stream: id, format, file: name }));
  },
});

function exchangeOf({ control }: Desk): StateExchange {
  return control.exchange ?? fail('TG_REQUEST_NOT_KEPT', 'nothing is kept: state.durability is none');
}

function show({ savedAt, ...others }: ExportedState): object {
  return { ...others, saved_at: savedAt };
}
