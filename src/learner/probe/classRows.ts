import { fromFloat16 } from '../../model/float16.ts';
import { BLOCK_ROWS, LabelBlock, type LabelBlockSizes } from '../../model/labelBlock.ts';
import { restoreContents, type SnapshotContents } from '../../model/restoreSnapshot.ts';
import { SnapshotError } from '../../model/snapshotFormat.ts';
import type { Stateful } from '../../model/stateIo.ts';
import { numberOf } from '../carryOver/numbers.ts';
import { AnswerBlock } from '../classify/answerBlock.ts';
import { fromLogByte } from '../classify/softmax.ts';

/** The newest rows by which a stream's class was judged. */
export interface ClassRows {
  /** (T, D), oldest first. */ readonly x: Float64Array;
  /** (C): what the model without memory said of the newest. */ readonly logP: Float64Array;
  /** (H): the state that the network had before the first of them. */
  readonly h: Float64Array;
  readonly c: Float64Array;
  /** (T) ms */ readonly times: readonly number[];
  /** Place of the class that is published for the newest row, or NO_LABEL. */ readonly published: number;
}

interface KeptBlock {
  readonly rows: LabelBlock;
  readonly answers: AnswerBlock;
}

/**
 * Reads at least `wanted` rows where that many are kept: they begin where a state is.
 * @throws SnapshotError where what is kept of them is damaged
 */
export function readClassRows(
  contents: SnapshotContents,
  sizes: LabelBlockSizes,
  wanted: number,
): ClassRows | undefined {
  const blocks = newestBlocks(contents, sizes, wanted);
  const newest = blocks.at(-1);
  if (newest === undefined || newest.rows.rows === 0) return undefined;
  const rows = blocks.flatMap((block) => Array.from({ length: block.rows.rows }, (_, row) => ({ block, row })));
  // Blocks begin with a state, and all but the newest are full.
  const every = newest.rows.stateEvery;
  const start = Math.floor(Math.max(0, rows.length - wanted) / every) * every;
  const window = rows.slice(start);
  const [first, last] = [window[0], window[window.length - 1]];
  const { inputSize: D, classes: C, hiddenSize: H } = sizes;
  const x = new Float64Array(window.length * D);
  window.forEach(({ block, row }, t) => void x.set(halves(block.rows.x, row * D, D), t * D));
  const state = (first.row / every) * 2 * H;
  return {
    x,
    logP: Float64Array.from(last.block.rows.logP.subarray(last.row * C, (last.row + 1) * C), fromLogByte),
    h: halves(first.block.rows.states, state, H),
    c: halves(first.block.rows.states, state + H, H),
    times: window.map(({ block, row }) => block.answers.times[row]),
    published: last.block.answers.get(last.row).published,
  };
}

/** Recent blocks that have the newest rows, oldest first. */
function newestBlocks(contents: SnapshotContents, sizes: LabelBlockSizes, wanted: number): KeptBlock[] {
  const count = numberOf(contents.entries, 'classes.blocks.recentCount');
  const blocks: KeptBlock[] = [];
  let rows = 0;
  for (let i = count - 1; i >= 0 && rows < wanted; i--) {
    const block = { rows: new LabelBlock(sizes), answers: new AnswerBlock(sizes.classes) };
    restorePart(block.rows, contents, `classes.blocks.recent${i}.`);
    restorePart(block.answers, contents, `classes.rows.answers${i}.`);
    if (i < count - 1 && block.rows.rows < BLOCK_ROWS) throw new SnapshotError('damaged', 'an older block is not full');
    rows += block.rows.rows;
    blocks.unshift(block);
  }
  return blocks;
}

/** Fills a part of what a snapshot holds, which stays as it is. @throws SnapshotError */
function restorePart(part: Stateful, { version, entries }: SnapshotContents, prefix: string): void {
  const own = [...entries].filter(([name]) => name.startsWith(prefix));
  const named = new Map(own.map(([name, array]) => [name.slice(prefix.length), array]));
  try {
    restoreContents(part, { version, entries: named });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SnapshotError('damaged', error.message);
  }
}

/** Numbers of half precision as float64. */
function halves(array: Uint16Array, from: number, count: number): Float64Array {
  return Float64Array.from(array.subarray(from, from + count), fromFloat16);
}
