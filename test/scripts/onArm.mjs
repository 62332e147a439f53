// Same numbers everywhere: `npm run test:arm`. On x64 and, emulated, on 64- and 32-bit ARM it hashes what kernels and
// learners compute (test/portability/) and replays a series through the real command line, and compares all with x64.
// `node test/scripts/onArm.mjs --missing` prints the Debian packages that it needs and does not find.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { compare, groupsOf, printTable } from './compareHashes.mjs';
import { emulatorFor, missingPackages } from './emulators.mjs';
import { fetchNode } from './fetchNode.mjs';

const FOLDER = '.cache/portability';
const PROGRAM = `${FOLDER}/build/test/portability/hashProgram.js`;
const SERIES = `${FOLDER}/series.csv`;
const REPLAY = ['dist/main.js', 'replay', SERIES, '--value', 'load', '--zone', 'Europe/Berlin', '--horizons', '1,6'];
/** Many times what the slowest takes. */
const TIMEOUT_MS = 600_000;

/** The first is what the others are compared with. */
/** @type {{ processor: 'x64' | 'arm64' | 'armv7l', version: string, canReplay: boolean }[]} */
const RUNTIMES = [
  { processor: 'x64', version: '20', canReplay: true },
  { processor: 'x64', version: '22', canReplay: true },
  { processor: 'x64', version: '24', canReplay: true },
  { processor: 'arm64', version: '20', canReplay: true },
  { processor: 'arm64', version: '24', canReplay: true },
  // Nothing newer than 20.11 is to be had for it, and the command line needs 20.19.
  { processor: 'armv7l', version: '20', canReplay: false },
];

const missing = missingPackages();
if (process.argv.includes('--missing')) {
  console.log(missing.join(' '));
} else if (process.platform !== 'linux' || process.arch !== 'x64') {
  skip('it compares with x64, so it needs Linux on such a machine');
} else if (missing.length > 0) {
  skip(`it emulates ARM: sudo apt-get install --no-install-recommends ${missing.join(' ')}`);
} else {
  await main();
}

/** Named, and where CI is set a failure. */
function skip(reason) {
  const isFailure = process.env['CI'] !== undefined;
  console.log(`test:arm ${isFailure ? 'FAILED' : 'SKIPPED'}: ${reason}`);
  if (isFailure) process.exitCode = 1;
}

async function main() {
  const runtimes = RUNTIMES.map((runtime) => ({ ...runtime, node: fetchNode(runtime.processor, runtime.version) }));
  writeSeries();
  const results = [];
  const waiting = [...runtimes.keys()];
  const work = async () => {
    for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) results[i] = await measure(runtimes[i]);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const groups = groupsOf(results);
  printTable(results, groups);
  const differences = results.flatMap((result) => compare(results[0], result));
  for (const line of differences) console.log(line);
  console.log(differences.length === 0 ? 'the same numbers everywhere' : `${differences.length} differences`);
  if (differences.length > 0) process.exitCode = 1;
}

/** Hashes and replay on one runtime; what fails is a value too, so that the others are still measured. */
async function measure({ processor, version, node, canReplay }) {
  const [command, ...words] = [...emulatorFor(processor), node];
  const execute = promisify(execFile);
  /** @type {(words: string[], options: import('node:child_process').ExecFileOptionsWithStringEncoding) => Promise<{ stdout: string }>} */
  const run = (words, options) => execute(command, words, options);
  /** @type {import('node:child_process').ExecFileOptionsWithStringEncoding} */
  const options = { timeout: TIMEOUT_MS, maxBuffer: 1 << 24, encoding: 'utf8' };
  const started = performance.now();
  /** @type {{ name: string, portable: object, reported: object, files: object | undefined, seconds: number, error: string }} */
  const result = { name: `${processor} Node ${version}`, portable: {}, reported: {}, files: {}, seconds: 0, error: '' };
  try {
    const { stdout: found } = await run([...words, '--version'], options);
    result.name = `${processor} Node ${found.trim().slice(1)}`;
    const { stdout } = await run([...words, PROGRAM], options);
    Object.assign(result, JSON.parse(stdout));
    if (canReplay) result.files = await replay(`${FOLDER}/${processor}-${version}`, run, words, options);
    else result.files = undefined;
  } catch (error) {
    result.error = String(error?.stderr || error?.message || error);
  }
  result.seconds = (performance.now() - started) / 1000;
  console.log(`${result.name}: ${result.error ? 'failed' : 'done'} after ${result.seconds.toFixed(1)} s`);
  return result;
}

/** @returns the contents of the two files that a replay writes: forecasts and learned state */
async function replay(stem, run, words, options) {
  const [out, state] = [`${stem}.csv`, `${stem}.state`];
  // A state that is there would be gone on from.
  rmSync(state, { force: true });
  await run([...words, ...REPLAY, '--out', out, '--state', state], options);
  return { forecasts: readFileSync(out), state: readFileSync(state) };
}

/** A load in local time over the start of summer time: a day's wave, noise, holes, and words where a number should be. */
function writeSeries() {
  let noise = 12345;
  const rows = Array.from({ length: 450 }, (_, i) => {
    noise = (noise * 1103515245 + 12345) % 2147483648;
    const time = new Date(Date.UTC(2024, 2, 28) + (i + (i > 320 ? 30 : 0)) * 900_000).toISOString();
    const value = i === 360 ? 1e5 : 20 + 5 * Math.sin((2 * Math.PI * i) / 96) + noise / 2147483648;
    return `${time.slice(0, 19).replace('T', ' ')},${i % 97 === 50 ? 'unavailable' : value.toFixed(2)}`;
  });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(SERIES, `${['time,load', ...rows].join('\n')}\n`);
}
