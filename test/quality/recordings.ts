import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { streamSettings } from '../../src/config/streamSettings.ts';
import { Anomaly } from '../../src/learner/anomaly/anomaly.ts';
import { replaySeries } from '../../src/tools/replay/replaySeries.ts';

/** Arguments of `Anomaly.update` for each row of one replay, as numbers: `WIDTH` a row, then the forecast of each expert. */
export interface Recording {
  readonly rows: number;
  /** Indices of the experts whose errors are watched. */
  readonly watched: readonly number[];
  readonly experts: number;
  readonly numbers: Float64Array;
}

/** at, raw, value, isDoubted, resolution, readings, published. */
export const WIDTH = 7;

interface RecordJob {
  readonly file: string;
  readonly time: string;
  readonly value: string;
  readonly seed: number;
}

/** Where recordings of this very learner lie: files that only judge what was forecast are not part of it. */
export function recordingsFolder(build: string): string {
  const hash = createHash('sha256');
  for (const part of ['src/kernel', 'src/model', 'src/learner', 'src/pipeline', 'src/tools/demo/sensors']) {
    for (const file of filesBelow(join(build, part))) {
      if (!JUDGES.test(file)) hash.update(readFileSync(file));
    }
  }
  hash.update(readFileSync(join(build, 'test/quality/harmlessSeries.js')));
  return join('.cache/quality/recordings', hash.digest('hex').slice(0, 12));
}

const JUDGES = /learner\/anomaly\//;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .sort()
    .map((name) => join(folder, name));
}

/** Replays the series with the settings that are shipped, and keeps what the anomaly score is made from. */
export async function record({ file, time, value, seed }: RecordJob): Promise<Recording> {
  const numbers: number[] = [];
  let watched: readonly number[] = [];
  let experts = 0;
  let recorded: Anomaly | undefined;
  const { update } = Anomaly.prototype;
  Anomaly.prototype.update = function (row, expected, published) {
    // A stream whose first rows hold faults begins anew, with another one.
    if (this !== recorded) numbers.length = 0;
    recorded = this;
    watched = this.watched;
    experts = expected.length;
    numbers.push(row.at, row.raw, row.value, Number(row.isDoubted), row.resolution);
    numbers.push(row.readings, published, ...expected);
    update.call(this, row, expected, published);
  };
  try {
    const settings = streamSettings({ overrides: ['time.zone="UTC"'], horizons: ['1'], seed });
    const stop = new AbortController().signal;
    const columns = { valueColumn: value, timeColumn: time, inputColumns: [] };
    await replaySeries({ file, ...columns, zone: 'UTC', settings, out: undefined, state: undefined, stop });
  } finally {
    Anomaly.prototype.update = update;
  }
  return { rows: numbers.length / (WIDTH + experts), watched, experts, numbers: Float64Array.from(numbers) };
}

/** @returns undefined where it is not there */
export function readRecording(path: string): Recording | undefined {
  if (!existsSync(path)) return undefined;
  // Copied, because the bytes of a small file may begin where no number can.
  const all = new Float64Array(new Uint8Array(readFileSync(path)).buffer);
  const [rows = 0, experts = 0, first = 0, second = 0] = all;
  const numbers = all.subarray(HEAD);
  return { rows, experts, watched: second < 0 ? [first] : [first, second], numbers };
}

const HEAD = 4;

export function writeRecording(path: string, { rows, experts, watched, numbers }: Recording): void {
  mkdirSync(dirname(path), { recursive: true });
  const head = Float64Array.of(rows, experts, watched[0] ?? 0, watched[1] ?? -1);
  // A recording that was cut off must not be taken for a whole one.
  writeFileSync(`${path}.new`, Buffer.concat([Buffer.from(head.buffer), Buffer.from(numbers.buffer)]));
  renameSync(`${path}.new`, path);
}
