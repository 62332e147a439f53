import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';

export interface Options {
  readonly folder: string;
  readonly seeds: readonly number[];
  readonly homeSeeds: readonly number[];
  /** Replays at the same time. */
  readonly jobs: number;
  readonly blocks: readonly string[];
  /** A missed bar is a failure. */
  readonly isGate: boolean;
  /** The replays' output is left below .cache/quality. */
  readonly keep: boolean;
}

export const HELP =
  'npm run quality -- FOLDER [--seeds 1-3] [--quick] [--jobs 1] [--blocks series,taxi,bare,nab,home,harmless,ett,faults,classes] [--gate] [--keep]';

const SEEDS = '1-3';
const HOME_SEEDS = '1-10';
const MOST_SEEDS = 100;

/** @returns a sentence where they cannot be used */
export function readOptions(args: readonly string[], blockNames: readonly string[]): Options | string {
  try {
    return toOptions(args, blockNames);
  } catch (error) {
    return (error as Error).message;
  }
}

function toOptions(args: readonly string[], blockNames: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seeds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      jobs: { type: 'string', default: '1' },
      blocks: { type: 'string', default: blockNames.join(',') },
      gate: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
    },
  });
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) throw new Error('name the one folder that holds the series');
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`${folder}: no such folder`);
  const blocks = values.blocks.split(',');
  const unknown = blocks.find((name) => !blockNames.includes(name));
  if (unknown !== undefined) throw new Error(`no block is called ${unknown}; there are: ${blockNames.join(', ')}`);
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 64) throw new Error('--jobs: a number from 1 to 64');
  const seeds = toSeeds(values.seeds ?? (values.quick ? '1' : SEEDS));
  const homeSeeds = values.seeds === undefined ? toSeeds(values.quick ? '1' : HOME_SEEDS) : seeds;
  return { folder, seeds, homeSeeds, jobs, blocks, isGate: values.gate, keep: values.keep };
}

/** `1-3` or `1,5,7`. */
function toSeeds(text: string): number[] {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  const seeds =
    from !== undefined && to !== undefined
      ? Array.from({ length: Math.min(MOST_SEEDS + 1, Number(to) - Number(from) + 1) }, (_, i) => Number(from) + i)
      : text.split(',').map((seed) => (/^\d+$/.test(seed) ? Number(seed) : Number.NaN));
  if (seeds.length === 0 || seeds.length > MOST_SEEDS || seeds.some(Number.isNaN))
    throw new Error(`--seeds: 1-3 or 1,2,3, at most ${MOST_SEEDS}`);
  return seeds;
}
