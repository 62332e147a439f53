import { type Command, InvalidArgumentError } from 'commander';
import type { FormerState } from '../domain/control.ts';
import { TidegateError } from '../domain/errors.ts';
import type { StateStore, StoredSnapshot, StoredStream } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { checkStreamState } from '../hosts/export/storedState.ts';
import { adoptState } from '../tools/adopt/adoptState.ts';
import { askOwner } from '../tools/ask/askOwner.ts';
import { explainSnapshotFault } from '../tools/export/explainSnapshotFault.ts';
import type { CliContext } from './context.ts';
import { addStateCommand, folderOf, type StateFlags, withStateErrors } from './stateOptions.ts';

interface Flags extends StateFlags {
  readonly generation?: number;
}

export function addStateFormerCommand(state: Command, context: CliContext): void {
  addStateCommand(state, 'former', 'let a stream go on with a state of before, in place of what it has learned since')
    .argument('<stream>', 'as `state list` shows it')
    .option(
      '--generation <number>',
      'which one, as `state list --json` shows it (default: the one before the newest)',
      toGeneration,
    )
    .action(async (stream: string, flags: Flags) => {
      const folder = folderOf(flags, context);
      const { generation } = flags;
      const held = (await askOwner(folder, 'former', { stream, generation })) as FormerState | undefined;
      const found = held ?? (await withStateErrors(() => goBack(folder, stream as StreamId, generation)));
      context.stdout.write(`${stream}: generation ${found.generation}, ${found.bytes} bytes\n`);
    });
}

function toGeneration(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('expected the number of a state.');
  return Number(text);
}

/** @throws TidegateError TG_STATE_MISSING, TG_STATE_INVALID, TG_STATE_NEWER; and as `adoptState` */
async function goBack(
  folder: string,
  stream: StreamId,
  wanted: number | undefined,
): Promise<Omit<FormerState, 'stream'>> {
  let generation = 0;
  const bytes = await adoptState(folder, stream, async (store, stored) => {
    const snapshot = await formerOf(store, stored, wanted);
    if (snapshot === undefined)
      throw new TidegateError(
        'TG_STATE_MISSING',
        `${folder} has no such state of a stream ${JSON.stringify(stream)}; \`state list --json\` lists them`,
      );
    checkState(snapshot, `${folder}, ${stream}`);
    generation = snapshot.generation;
    return snapshot.bytes;
  });
  return { generation, bytes };
}

/** @returns undefined where it is not there, or not whole */
async function formerOf(
  store: StateStore,
  stored: StoredStream | undefined,
  wanted: number | undefined,
): Promise<StoredSnapshot | undefined> {
  const { generations = [] } = stored ?? {};
  const generation = wanted ?? (generations[1] ?? generations[0])?.generation;
  if (stored === undefined || generation === undefined) return undefined;
  const snapshot = await store.load(stored.stream, generation + 1);
  return snapshot?.generation === generation ? snapshot : undefined;
}

/** @throws TidegateError TG_STATE_INVALID, TG_STATE_NEWER */
function checkState({ bytes }: StoredSnapshot, name: string): void {
  try {
    checkStreamState(bytes);
  } catch (error) {
    throw explainSnapshotFault(name, error);
  }
}
