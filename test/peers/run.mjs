// `npm run bench:peers`: tidegate's kernels against what would be used instead, on the same work. See README.md beside this.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { measureWork, TOLERANCE } from './measure.mjs';
import { disagreeing, toTables, toText } from './report.mjs';
import { SideSkips } from './side.mjs';
import { findSides, isBuilt } from './sides.mjs';

const FOLDER = '.cache/peers/work';
const OUTPUT = '.cache/bench/peers.json';
/** A run of some sides or works only: it must not pass for the whole in the README. */
const PART_OUTPUT = '.cache/bench/peers-part.json';
/** Built with the benches: the script has done it. */
const MEASURED_HERE = new URL('../../.cache/bench/build/test/bench/measuredHere.js', import.meta.url);
const HIDDEN_SIZES = [16, 32, 64];
const FAMILIES = ['tidegate', 'native', 'tfjs-wasm', 'tfjs-cpu', 'brain', 'pytorch', 'deep-river'];
/** Work and size; the first size is that of the headline. */
const CELLS = [
  ['predict', 32],
  ['learn16', 32],
  ['learn4', 32],
  ['learn1', 32],
  ['predict', 16],
  ['learn16', 16],
  ['predict', 64],
  ['learn16', 64],
];
const WHOLE = { cells: CELLS, rounds: 7, sliceSeconds: 0.2, warmSeconds: 1.2, errorRows: 512 };
const QUICK = { cells: CELLS.slice(0, 2), rounds: 3, sliceSeconds: 0.1, warmSeconds: 0.8, errorRows: 256 };

const HELP = `npm run bench:peers -- [--quick] [--only ${FAMILIES.join(',')}] [--works predict,learn16,learn4,learn1] [--sizes 16,32,64]`;

await main(readOptions());

async function main({ plan, only, isWhole }) {
  if (!isBuilt()) return fail('tidegate is not built: npm run build');
  const { writeWorkFiles } = await import('./workUnit.mjs');
  const { measuredHere } = await import(MEASURED_HERE);
  writeWorkFiles(FOLDER);
  const skipped = [];
  const skip = (name, reason) => {
    skipped.push({ name, reason });
    print(`skipped: ${name}: ${reason}`);
  };
  const sides = await startAll(
    findSides(FOLDER, (family) => only.includes(family), skip),
    skip,
  );
  try {
    if (!sides.some(({ role }) => role === 'tidegate')) return fail('no kernel of tidegate takes part');
    const cells = [];
    for (const [work, hiddenSize] of plan.cells) {
      const cell = await measureWork(sides, work, hiddenSize, plan);
      cells.push(cell);
      print(toText(cell));
    }
    save(cells, { skipped, measured: measuredHere(['src/kernel']) }, plan, isWhole);
    conclude(cells);
  } finally {
    for (const side of sides) side.stop();
  }
}

/** Those that started; what cannot run here is named. */
async function startAll(sides, skip) {
  const started = [];
  for (const side of sides) {
    try {
      await side.start();
      started.push(side);
    } catch (error) {
      side.stop();
      skip(side.name, error instanceof SideSkips ? error.message : `did not start: ${error.message}`);
    }
  }
  return started;
}

function save(cells, { skipped, measured }, { rounds, sliceSeconds, warmSeconds, errorRows }, isWhole) {
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', arch: process.arch, node: process.version };
  const settings = { rounds, sliceSeconds, warmSeconds, errorRows, tolerance: TOLERANCE };
  const output = isWhole ? OUTPUT : PART_OUTPUT;
  mkdirSync(dirname(output), { recursive: true });
  const tables = isWhole ? { tables: toTables(cells, machine) } : {};
  writeFileSync(output, `${JSON.stringify({ machine, measured, settings, skipped, cells, ...tables }, null, 2)}\n`);
  print(`
A column named after a kernel: how many times as fast it is. Differs by: the largest difference of a squared error to the
plain kernel in the first 256 rows, ${TOLERANCE} at most. MSE: of the first ${errorRows} rows, each before it is learned from.
Written to ${output}`);
}

function conclude(cells) {
  const different = disagreeing(cells);
  if (different.length > 0) fail(`not the same work, beyond ${TOLERANCE}: ${different.join('; ')}`);
  const broken = cells.flatMap((cell) => cell.broken.map(({ name }) => name));
  if (broken.length > 0) fail(`broke: ${[...new Set(broken)].join(', ')}`);
}

function readOptions() {
  const { quick, only, works, sizes } = parseOptions();
  const kinds = [...new Set(CELLS.map(([work]) => work))];
  const plan = quick ? QUICK : WHOLE;
  const chosen = {
    only: checked(only?.split(',') ?? FAMILIES, FAMILIES),
    works: checked(works?.split(',') ?? kinds, kinds),
    sizes: checked(sizes?.split(',').map(Number) ?? HIDDEN_SIZES, HIDDEN_SIZES),
  };
  const from = works || sizes ? CELLS : plan.cells;
  const cells = from.filter(([work, size]) => chosen.works.includes(work) && chosen.sizes.includes(size));
  if (cells.length === 0) refuse('no such work at such a size');
  return { only: chosen.only, plan: { ...plan, cells }, isWhole: !(quick || only || works || sizes) };
}

function parseOptions() {
  const text = { type: 'string' };
  const flag = { type: 'boolean', default: false };
  try {
    const { values } = parseArgs({ options: { quick: flag, only: text, works: text, sizes: text, help: flag } });
    if (values.help) {
      print(HELP);
      process.exit(0);
    }
    return values;
  } catch (error) {
    return refuse(error.message);
  }
}

function checked(words, known) {
  const unknown = words.filter((word) => !known.includes(word));
  return unknown.length > 0 ? refuse(`unknown: ${unknown.join(', ')}`) : words;
}

function refuse(reason) {
  print(`${reason}\n${HELP}`);
  process.exit(64);
}

function fail(reason) {
  print(`FAILED: ${reason}`);
  process.exitCode = 1;
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
