// The server half of every side written for Node: the same commands as in native/native.c.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const INPUTS = 4;
const ROW = INPUTS + 1;

/** Learn every k1 rows over the newest k2; 0 = only predict. */
export const WORKS = {
  predict: { k1: 0, k2: 0 },
  learn16: { k1: 16, k2: 16 },
  learn4: { k1: 4, k2: 16 },
  learn1: { k1: 1, k2: 16 },
};

/** Rows of INPUTS inputs and a target, as one Float32Array. */
export function readSeries(folder) {
  return readFloats(folder, 'series.f32');
}

/**
 * The initial weights by name, row-major: Wx (4H,I), Wh (4H,H), b (4H), Wy (H), S (I), by (1); gates stacked i | f | g | o.
 */
export function readWeights(folder, H) {
  const flat = readFloats(folder, `weights-${H}.f32`);
  const views = { flat };
  let offset = 0;
  for (const [name, size] of Object.entries({ Wx: 4 * H * INPUTS, Wh: 4 * H * H, b: 4 * H, Wy: H, S: INPUTS, by: 1 })) {
    views[name] = flat.subarray(offset, offset + size);
    offset += size;
  }
  return views;
}

function readFloats(folder, name) {
  const bytes = readFileSync(join(folder, name));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/**
 * Answers commands on standard input until it ends. `createNet(work, hiddenSize)` gives a net with `row(t)`: does all the
 * work of row t and returns the error of its prediction, or throws a `Skip`. `countsError: false` where the work has no
 * prediction before learning; then `error(t)` makes one, outside of what is timed.
 */
export function serve(label, createNet) {
  let net;
  let t = 0;
  const commands = {
    new: (work, hiddenSize) => {
      net?.free?.();
      net = createNet(work, Number(hiddenSize));
      t = 0;
      return 'ok';
    },
    errors: (rows) => {
      const errors = [];
      for (const end = t + Number(rows); t < end; t++) {
        const before = net.error?.(t);
        const error = net.row(t) ?? 0;
        errors.push((before ?? error) ** 2);
      }
      return `errors ${errors.join(' ')}`;
    },
    run: (rows) => {
      const n = Number(rows);
      let sum = 0;
      const start = process.cpuUsage();
      for (const end = t + n; t < end; t++) {
        const error = net.row(t) ?? 0;
        sum += error * error;
      }
      const { user, system } = process.cpuUsage(start);
      return `ran ${user + system} ${sum / n}`;
    },
  };
  say(`ready ${label}`);
  createInterface({ input: process.stdin }).on('line', (line) => {
    const [name, ...words] = line.split(' ');
    try {
      say(commands[name](...words));
    } catch (error) {
      say(error instanceof Skip ? `skip ${error.message}` : `error ${error.stack.split('\n', 3).join(' | ')}`);
    }
  });
}

/** A side that cannot do the work, with the reason. */
export class Skip extends Error {}

export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** The row of the series that row t of the work is: where it starts in the flat array. */
export function rowAt(series, t) {
  return (t * ROW) % series.length;
}
