import type { Command } from 'commander';
import { withReadOnlyStore } from '../adapters/store/repair/readOnlyStore.ts';
import { type Column, renderTable } from '../adapters/terminal/renderTable.ts';
import { TidegateError } from '../domain/errors.ts';
import type { StoredGeneration, StoredStream } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { askOwner } from '../tools/ask/askOwner.ts';
import type { CliContext } from './context.ts';
import { addStateCommand, folderOf, type StateFlags, withStateErrors } from './stateOptions.ts';

interface Flags extends StateFlags {
  readonly json?: boolean;
}

export function addStateListCommand(state: Command, context: CliContext): void {
  addStateCommand(state, 'list', 'streams whose state is kept, and how large and how old it is')
    .option('--json', 'print the result as JSON')
    .action(async (flags: Flags) => {
      const folder = folderOf(flags, context);
      const streams =
        (await heldStreams(folder)) ??
        (await withStateErrors(() => withReadOnlyStore(folder, ({ snapshots }) => snapshots.list())));
      const sorted = [...streams].sort((a, b) => (a.stream < b.stream ? -1 : 1));
      context.stdout.write(flags.json ? `${toJson(folder, sorted)}\n` : toText(folder, sorted));
    });
}

const COLUMNS: readonly Column<StoredStream>[] = [
  { title: 'stream', text: ({ stream }) => stream },
  { title: 'saved', text: ({ savedAt }) => new Date(savedAt).toISOString() },
  { title: 'generation', text: ({ generations }) => String(generations[0]?.generation), align: 'right' },
  { title: 'kept', text: ({ generations }) => String(generations.length), align: 'right' },
  { title: 'journal position', text: ({ generations }) => String(generations[0]?.position), align: 'right' },
  { title: 'KiB', text: ({ generations }) => ((generations[0]?.bytes ?? 0) / 1024).toFixed(1), align: 'right' },
];

function toText(folder: string, streams: readonly StoredStream[]): string {
  const bytes = streams.reduce((sum, { generations }) => sum + (generations[0]?.bytes ?? 0), 0);
  return `${renderTable(COLUMNS, streams)}${streams.length} streams in ${folder}, ${Math.round(bytes / 1024)} KiB\n`;
}

function toJson(folder: string, streams: readonly StoredStream[]): string {
  return JSON.stringify({
    folder,
    streams: streams.map(({ stream, savedAt, generations }) => ({
      stream,
      saved_at: new Date(savedAt).toISOString(),
      generations: generations.map(({ savedAt: at, ...others }) => ({
        ...others,
        saved_at: new Date(at).toISOString(),
      })),
    })),
  });
}

interface HeldStates {
  readonly states: readonly {
    readonly stream: StreamId;
    readonly saved_at: string;
    readonly generations: readonly (Omit<StoredGeneration, 'savedAt'> & { readonly saved_at: string })[];
  }[];
  readonly left_off: number;
}

/** Streams as the daemon tells them that has the folder; undefined: none has. @throws TidegateError */
async function heldStreams(folder: string): Promise<readonly StoredStream[] | undefined> {
  const held = (await askOwner(folder, 'states')) as HeldStates | undefined;
  if (held === undefined) return undefined;
  if (held.left_off > 0)
    throw new TidegateError(
      'TG_STATE_LOCKED',
      `the running daemon keeps ${held.left_off} more streams than it can tell: stop it first`,
    );
  return held.states.map(({ stream, saved_at, generations }) => ({
    stream,
    generations: generations.map(({ saved_at: at, ...others }) => ({ ...others, savedAt: Date.parse(at) })),
    savedAt: Date.parse(saved_at),
  }));
}
