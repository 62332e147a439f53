// What was measured, as text for the terminal and as tables for the README.
import { TOLERANCE } from './measure.mjs';

const WORKS = {
  predict: 'predict: one row, h and c carried',
  learn16: 'k1 = k2 = 16: predict every row, learn every 16 rows over the last 16',
  learn4: 'k1 = 4, k2 = 16: predict every row, learn every 4 rows over the last 16, run again with the weights of now',
  learn1: 'k1 = 1, k2 = 16: predict every row, learn every row over the last 16, run again with the weights of now',
};
const SHORT = { predict: 'predict', learn16: 'k1 = k2 = 16', learn4: 'k1 = 4, k2 = 16', learn1: 'k1 = 1, k2 = 16' };

/** One work at one size. */
export function toText({ work, hiddenSize, results, ratios, broken }) {
  const kernels = results.filter(({ role }) => role === 'tidegate');
  const head = ['', 'rows/CPU-s', 'slowest … fastest', ...kernels.map(({ id }) => id), 'differs by', 'MSE'];
  const lines = results.map((result) => [
    label(result),
    count(result.rowsPerCpuSecond),
    `${count(result.slowest)} … ${count(result.fastest)}`,
    ...kernels.map(({ id }) => times(ratioOf(ratios, id, result.id))),
    result.differs === null ? result.maxDifference.toExponential(1) : 'other work',
    result.meanSquaredError.toFixed(4),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((cells) => cells[column].length)));
  const line = (cells) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ');
  const failures = broken.map(({ name, reason }) => `  broke: ${name}: ${reason}`);
  return [`\nH ${hiddenSize}, ${WORKS[work]}`, line(head), ...lines.map(line), ...failures].join('\n');
}

/** Sides whose errors are not those of the reference: they did not do the same work. */
export function disagreeing(cells) {
  return cells.flatMap(({ work, hiddenSize, results }) =>
    results
      .filter(({ maxDifference }) => maxDifference !== null && !(maxDifference <= TOLERANCE))
      .map(({ name, maxDifference }) => `${name}, H ${hiddenSize}, ${work}: ${maxDifference.toExponential(1)}`),
  );
}

/** For test/bench/readmeTable.ts: all works at the first size, then the other sizes. A row per side, a column per work. */
export function toTables(cells, machine) {
  const first = cells.filter(({ hiddenSize }) => hiddenSize === cells[0].hiddenSize);
  const others = cells.filter((cell) => !first.includes(cell));
  const kernel = headline(cells[0]);
  const what = `rows per CPU-second of one thread; in brackets: how many times as fast ${kernel.name} is`;
  const machineNote = `${machine.cpu}, ${machine.arch}.`;
  return [
    toTable(`LSTM with 4 inputs and ${cells[0].hiddenSize} hidden units, ${what}`, first, kernel, [
      machineNote,
      ...differences(first),
    ]),
    ...(others.length > 0 ? [toTable(`Other numbers of hidden units H, the same way`, others, kernel)] : []),
  ];
}

function toTable(title, cells, kernel, notes = []) {
  const sides = [...new Map(cells.flatMap(({ results }) => results.map((result) => [keyOf(result), result]))).values()];
  const isOneSize = new Set(cells.map(({ hiddenSize }) => hiddenSize)).size === 1;
  const columns = cells.map(({ work, hiddenSize }) => (isOneSize ? SHORT[work] : `H ${hiddenSize}, ${SHORT[work]}`));
  const rows = sides.map((side) => [
    label(side) + (side.differs === null ? '' : ' ¹'),
    ...cells.map((cell) => tableCell(cell, side, kernel)),
  ]);
  return { title, columns: ['', ...columns], rows, notes };
}

/** Who does other work, and what is other about it: one note, or none. */
function differences(cells) {
  const differing = cells.flatMap(({ results }) => results.filter(({ differs }) => differs !== null));
  const texts = new Set(differing.map(({ name, differs }) => `${name}: ${differs}`));
  return texts.size === 0 ? [] : [`¹ Not the same work. ${[...texts].join('. ')}.`];
}

/** The kernel that stands for tidegate: the fastest that is the same on every machine. */
function headline({ results }) {
  const kernels = results.filter(({ role }) => role === 'tidegate');
  return kernels.find(({ id }) => id === 'simd') ?? kernels[0];
}

function tableCell({ results, ratios }, side, kernel) {
  const result = results.find((other) => keyOf(other) === keyOf(side));
  if (result === undefined) return '–';
  const ratio = ratioOf(ratios, kernel.id, result.id);
  return ratio === undefined ? count(result.rowsPerCpuSecond) : `${count(result.rowsPerCpuSecond)} (${times(ratio)})`;
}

/** Variants of one library share a row. */
function keyOf({ name, version }) {
  return `${name} ${version}`;
}

function ratioOf(ratios, kernel, other) {
  return ratios.find((entry) => entry.kernel === kernel && entry.other === other)?.ratio;
}

function label({ name, role, version }) {
  return role !== 'peer' ? `${name}, ${version}` : `${name} ${version.split(',')[0]}`;
}

function times(ratio) {
  if (ratio === undefined) return '';
  return ratio >= 100 ? `${Math.round(ratio)}×` : `${ratio.toPrecision(2)}×`;
}

function count(rate) {
  const digits = Number(rate.toPrecision(3));
  if (digits >= 1e6) return `${digits / 1e6}M`;
  return digits >= 1000 ? `${digits / 1000}k` : String(digits);
}
