// `npm run bench:peers`: tidegate's kernels against what would be used instead, on the same work. See README.md beside this.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measureWork, TOLERANCE } from './measure.mjs';
import { disagreeing, toTables, toText } from './report.mjs';
import { SideSkips } from './side.mjs';
import { findSides, isBuilt } from './sides.mjs';

const FOLDER = '.cache/peers/work';
const OUTPUT = '.cache/bench/peers.json';
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

async function main({ plan, only }) {
  if (!isBuilt()) return fail('tidegate is not built: npm run build');
  const { writeWorkFiles } = await import('./workUnit.mjs');
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
  if (!sides.some(({ role }) => role === 'tidegate')) return fail('no kernel of tidegate takes part');
  const cells = [];
  try {
    for (const [work, hiddenSize] of plan.cells) {
      const cell = await measureWork(sides, work, hiddenSize, plan);
      cells.push(cell);
      print(toText(cell));
    }
  } finally {
    for (const side of sides) side.stop();
  }
  save(cells, skipped, plan);
  conclude(cells);
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

function save(cells, skipped, { rounds, sliceSeconds, warmSeconds, errorRows }) {
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', arch: process.arch, node: process.version };
  const settings = { rounds, sliceSeconds, warmSeconds, errorRows, tolerance: TOLERANCE };
  mkdirSync('.cache/bench', { recursive: true });
  const content = { machine, settings, skipped, cells, tables: toTables(cells, machine) };
  writeFileSync(OUTPUT, `${JSON.stringify(content, null, 2)}\n`);
  print(
    `\nColumns named after a kernel: how many times faster it is. Differs by: largest difference of a squared error to`,
  );
  print(
    `the plain kernel in the first 256 rows, at most ${TOLERANCE}. MSE: of the first ${errorRows} rows, before learning from each.`,
  );
  print(`Written to ${OUTPUT}`);
}

function conclude(cells) {
  const different = disagreeing(cells);
  if (different.length > 0) fail(`not the same work, beyond ${TOLERANCE}: ${different.join('; ')}`);
  const broken = cells.flatMap((cell) => cell.broken.map(({ name }) => name));
  if (broken.length > 0) fail(`broke: ${[...new Set(broken)].join(', ')}`);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: FAMILIES.join(',') },
      works: { type: 'string' },
      sizes: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    print(HELP);
    process.exit(0);
  }
  const only = values.only.split(',');
  const unknown = only.filter((name) => !FAMILIES.includes(name));
  if (unknown.length > 0) {
    print(`unknown: ${unknown.join(', ')}\n${HELP}`);
    process.exit(64);
  }
  const plan = values.quick ? QUICK : WHOLE;
  const works = values.works?.split(',');
  const sizes = values.sizes?.split(',').map(Number);
  const asked = ([work, size]) => (works?.includes(work) ?? true) && (sizes?.includes(size) ?? true);
  const from = works || sizes ? CELLS : plan.cells;
  return { only, plan: { ...plan, cells: from.filter(asked) } };
}

function fail(reason) {
  print(`FAILED: ${reason}`);
  process.exitCode = 1;
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
