import type { Origin } from '../../../src/domain/sample.ts';
import type { JournalPosition } from '../../../src/domain/stateStore.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import type { JournalEntry } from '../../../src/state/log/entry.ts';
import { idOf } from '../../pipeline/samples.ts';
import { forgetEntry, messageEntry } from './entries.ts';

const ATTIC = idOf('attic');
const BARN = idOf('barn/ü');

function originOf(arrival: number, isTold: boolean, isBacklog: boolean): Origin {
  return { arrival: toEpochMs(arrival), isTold, isBacklog };
}

const ENTRIES: readonly [JournalPosition, JournalEntry][] = [
  [41, { kind: 'session' }],
  [42, messageEntry(7, 0xfedc_ba98)],
  [43, { stream: ATTIC, at: toEpochMs(1.5), value: -0, effort: 5, inputs: [1, Number.NaN] }],
  [44, { stream: BARN, at: toEpochMs(2), value: 3 }],
  [45, { stream: BARN, at: toEpochMs(4), value: 21.5, origin: originOf(1_700_000_000_000, true, true) }],
  [
    46,
    {
      ...{ stream: ATTIC, at: toEpochMs(1_700_000_000_001), value: 1, effort: 2 },
      origin: originOf(1_700_000_000_001, false, false),
    },
  ],
  [
    47,
    {
      ...{ stream: ATTIC, at: toEpochMs(6), value: 1e300, inputs: [] },
      origin: originOf(1_700_000_000_250, true, false),
    },
  ],
  [48, { kind: 'rewrite', stream: ATTIC }],
  [49, { kind: 'rewritten', input: { stream: ATTIC, at: toEpochMs(1), value: 2 }, original: 2 ** 53 - 1 }],
  [
    50,
    {
      kind: 'rewritten',
      input: {
        ...{ stream: ATTIC, at: toEpochMs(8), value: Number.NaN, effort: 1, inputs: [7] },
        origin: originOf(1_700_000_000_300, true, false),
      },
      original: 12,
    },
  ],
  [51, forgetEntry('barn/ü')],
  [52, messageEntry(65_535, 0)],
  [55, { stream: BARN, at: toEpochMs(9), value: 9 }],
];

interface StoredBatch {
  readonly first: JournalPosition;
  readonly last: JournalPosition;
  readonly hex: string;
  readonly entries: readonly [JournalPosition, JournalEntry][];
}

/** A batch as the last version before format 2 wrote it, with every kind of entry that it had, and two positions left out. */
export const formatOne: StoredBatch = {
  first: 41,
  last: 55,
  hex: [
    '010302070098badcfe00050000006174746963d10000000000000000f83f000000000000008002000000000000f03f000000000000f87f',
    '00070000006261726e2fc3bc01010000000000000000400000000000000840090100000000000000104000000000008035400300008056',
    'febc784229000000108056febc7842000000000000f03f0089000000000000000018409c7500883ce4377e0005fa0005000006ffffffff',
    'ffff3f430000000000000000f03f00000000000000409a000000000000284000000000000000002040000000000000f87f010000000000',
    '001c4005320004010002ffff00000000080200000001010000000000000022400000000000002240',
  ].join(''),
  entries: ENTRIES,
};
