import { matchesFilter } from '../adapters/mqtt/inbound/topicFilter.ts';
import { createDecoder } from '../adapters/payload/decoder.ts';
import { withReadOnlyStore } from '../adapters/store/repair/readOnlyStore.ts';
import { type Column, renderTable } from '../adapters/terminal/renderTable.ts';
import type { Config } from '../config/config.ts';
import type { CarriedState } from '../domain/carryReport.ts';
import { TidegateError } from '../domain/errors.ts';
import { StoreError } from '../domain/stateStore.ts';
import { toDurationMs } from '../domain/time.ts';
import { planOfState, type StateFates, type StreamFate } from '../tools/carryOver/planOfState.ts';

/** Fates of the kept states; a text: the reason why they cannot be told. undefined: there are none. */
export type FoundFates = StateFates | string | undefined;

const WORDS: Readonly<Record<CarriedState, string>> = {
  kept: 'kept',
  grown: 'grown',
  returned: 'comes back',
  adapted: 'adapted',
  anew: 'begins anew',
};
const MEANINGS: Readonly<Record<CarriedState, string>> = {
  kept: 'all of it goes on',
  grown: 'all of it goes on, and there is more; the next forecast is as before',
  returned: 'networks that were put aside under these settings come back, and learn the rows kept of the stream',
  adapted: 'goes on without a part, and learns the rows kept of the stream again',
  anew: 'a network begins anew and first learns the rows kept of the stream; the rest goes on',
};

/** Looks into the state folder of a configuration, where no daemon is using it, and changes nothing there. */
export async function fatesOf(config: Config): Promise<FoundFates> {
  if (config.state.durability === 'none') return undefined;
  const { settingsOf, isCertain } = createDecoder({
    specs: config.streams,
    limits: config.limits,
    zoneOffsetOf: () => () => toDurationMs(0),
    report: () => undefined,
    matchesFilter,
    maxTopics: config.limits.streams,
  });
  try {
    return withReadOnlyStore(config.state.dir, ({ snapshots }) =>
      planOfState(snapshots, (stream) => (isCertain(stream) ? settingsOf(stream) : undefined)),
    );
  } catch (error) {
    if (error instanceof TidegateError && error.code === 'TG_STATE_MISSING') return undefined;
    if (error instanceof TidegateError || error instanceof StoreError) return error.message;
    throw error;
  }
}

const COLUMNS: readonly Column<StreamFate>[] = [
  { title: 'stream', text: ({ stream }) => stream },
  { title: 'learning', text: ({ state }) => WORDS[state] },
  { title: 'because of', text: (fate) => reasonOf(fate) },
];

function reasonOf({ changes, anew, areClassesKept }: StreamFate): string {
  const ofNetworks = anew.length > 0 ? [`anew: ${anew.join(', ')}`] : [];
  const ofClasses = areClassesKept ? [] : ['classes begin anew'];
  return [...changes, ...ofNetworks, ...ofClasses].join('; ');
}

/** Streams that change, one a line, and the number of those that do not. */
export function describeFates(fates: FoundFates, folder: string): string {
  if (fates === undefined) return '';
  if (typeof fates === 'string') return `what becomes of the kept learning cannot be told: ${fates}\n`;
  const { streams, without, unreadable } = fates;
  const changed = streams.filter(({ changes }) => changes.length > 0);
  const states = (Object.keys(WORDS) as CarriedState[]).filter((state) => changed.some((each) => each.state === state));
  const lines = [
    `learning in ${folder}: ${streams.length - changed.length} streams as they are, ${changed.length} under other settings`,
    ...without.map((stream) => `not in this configuration, or not for sure; kept: ${stream}`),
    ...unreadable.map((stream) => `cannot be read: ${stream}`),
  ];
  const legend = states.map((state) => `${WORDS[state]}: ${MEANINGS[state]}`);
  const table = changed.length > 0 ? `\n${renderTable(COLUMNS, changed)}${legend.join('\n')}\n` : '';
  return `${lines.join('\n')}\n${table}`;
}

export function toJsonState(fates: FoundFates): object | null {
  if (fates === undefined) return null;
  if (typeof fates === 'string') return { unknown: fates };
  const { streams, without, unreadable } = fates;
  return {
    streams: streams.map(({ stream, state, changes, anew, areClassesKept }) => {
      return { stream, state, changes, anew, classes_kept: areClassesKept };
    }),
    without,
    unreadable,
  };
}
