import { matchesFilter } from '../adapters/mqtt/inbound/topicFilter.ts';
import { createDecoder } from '../adapters/payload/decoder.ts';
import { withReadOnlyStore } from '../adapters/store/repair/readOnlyStore.ts';
import { type Column, renderTable } from '../adapters/terminal/renderTable.ts';
import { wrapText } from '../adapters/terminal/wrapText.ts';
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

/** One line of the table: the reasons of a stream may take several. */
interface FateLine {
  readonly stream: string;
  readonly learning: string;
  readonly reason: string;
}

const LONGEST_STREAM = 40;
/** The longest word of the column, and the gaps between columns. */
const LEARNING_WIDTH = Math.max(...Object.values(WORDS).map((word) => word.length));
const GAPS = 4;

const COLUMNS: readonly Column<FateLine>[] = [
  { title: 'stream', text: ({ stream }) => stream, minWidth: LONGEST_STREAM },
  { title: 'learning', text: ({ learning }) => learning },
  { title: 'because of', text: ({ reason }) => reason },
];

function toLines(fates: readonly StreamFate[], width: number): readonly FateLine[] {
  const longest = Math.min(LONGEST_STREAM, Math.max(...fates.map(({ stream }) => stream.length)));
  return fates.flatMap((fate) =>
    wrapText(reasonOf(fate), width - longest - LEARNING_WIDTH - GAPS)
      .map(toBlanks)
      .map((reason, i) =>
        i === 0 ? { stream: fate.stream, learning: WORDS[fate.state], reason } : { stream: '', learning: '', reason },
      ),
  );
}

function reasonOf({ changes, anew, areClassesKept }: StreamFate): string {
  const ofNetworks = anew.length > 0 ? [`anew: ${anew.join(', ')}`] : [];
  const ofClasses = areClassesKept ? [] : ['classes begin anew'];
  return [...changes.map(toUnit), ...ofNetworks, ...ofClasses].join('; ');
}

/** Blanks of a short text that is not broken. */
const FIRM = '\u00a0';
const LONGEST_UNIT = 36;
const toUnit = (text: string): string => (text.length > LONGEST_UNIT ? text : text.replaceAll(' ', FIRM));
const toBlanks = (text: string): string => text.replaceAll(FIRM, ' ');

/** Streams that change, each with its reasons, and the number of those that do not. @param width columns of the output */
export function describeFates(fates: FoundFates, folder: string, width: number): string {
  if (fates === undefined) return '';
  const wrapped = (lines: readonly string[]): string =>
    lines
      .flatMap((line) => wrapText(line, width, '  '))
      .map((line) => `${line}\n`)
      .join('');
  if (typeof fates === 'string') return wrapped([`what becomes of the kept learning cannot be told: ${fates}`]);
  const { streams, without, unreadable } = fates;
  const changed = streams.filter(({ changes }) => changes.length > 0);
  const states = (Object.keys(WORDS) as CarriedState[]).filter((state) => changed.some((each) => each.state === state));
  const lines = [
    `learning in ${folder}: ${streams.length - changed.length} streams as they are, ${changed.length} under other settings`,
    ...without.map((stream) => `not in this configuration, or not for sure; kept: ${stream}`),
    ...unreadable.map((stream) => `cannot be read: ${stream}`),
  ];
  const legend = states.map((state) => `${WORDS[state]}: ${MEANINGS[state]}`);
  const table =
    changed.length > 0 ? `\n${renderTable(COLUMNS, toLines(changed, width), { width })}${wrapped(legend)}` : '';
  return `${wrapped(lines)}${table}`;
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
