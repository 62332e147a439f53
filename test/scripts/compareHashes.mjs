// Reads the results of onArm.mjs: { name, portable, reported, files, seconds, error } of each runtime.
import { createHash } from 'node:crypto';

/** The groups of hashes, `kernel/plain` of `kernel/plain/lstm …`, over all runtimes; `isReported`: nothing is promised. */
export function groupsOf(results) {
  const groups = new Map();
  for (const { portable, reported } of results) {
    for (const name of Object.keys(portable)) groups.set(groupOf(name), false);
    for (const name of Object.keys(reported)) groups.set(groupOf(name), true);
  }
  return [...groups].map(([group, isReported]) => ({ group, isReported }));
}

/** @returns {string[]} a line for each number, file or run in which the runtime is not like the reference */
export function compare(reference, { name: runtime, portable, files, error }) {
  if (error) return [`${runtime} failed: ${error}`];
  const lines = [];
  for (const name of namesOf(reference.portable, portable)) {
    const [wanted, found] = [reference.portable[name], portable[name]];
    if (wanted !== found) lines.push(`${runtime}: ${name} is ${found ?? 'missing'}, on ${reference.name} ${wanted}`);
  }
  for (const name of files === undefined ? [] : namesOf(reference.files ?? {}, files)) {
    const line = firstDifference(reference.files?.[name], files[name]);
    if (line !== undefined) lines.push(`${runtime}: ${name} of the replay differ from ${reference.name}${line}`);
  }
  return lines;
}

/** One line a runtime. A group that only reports shows the start of its hash. */
export function printTable(results, groups) {
  const [reference] = results;
  const titles = groups.map(({ group, isReported }) => (isReported ? `${group} (reported)` : group));
  const rows = results.map((result) => {
    const cells = groups.map(({ group, isReported }) =>
      isReported
        ? shortHash(result.reported, group)
        : verdict(within(result.portable, group), within(reference.portable, group)),
    );
    return [result.name, ...cells, replayCell(result, reference), `${result.seconds.toFixed(1)} s`];
  });
  const table = [['runtime', ...titles, 'replay', 'time'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table) console.log(row.map((cell, column) => cell.padEnd(widths[column])).join('  '));
}

function groupOf(name) {
  return name.split('/').slice(0, -1).join('/');
}

function namesOf(...objects) {
  return new Set(objects.flatMap(Object.keys));
}

function within(hashes, group) {
  return Object.entries(hashes)
    .filter(([name]) => groupOf(name) === group)
    .sort()
    .join('\n');
}

function verdict(found, wanted) {
  if (found === wanted) return 'same';
  return found === '' ? 'missing' : 'DIFFERENT';
}

function shortHash(hashes, group) {
  const text = within(hashes, group);
  return text === '' ? '-' : createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function replayCell({ files, error }, reference) {
  if (error) return 'failed';
  if (files === undefined) return '-';
  return [...namesOf(files, reference.files)].every(
    (name) => firstDifference(reference.files[name], files[name]) === undefined,
  )
    ? 'same'
    : 'DIFFERENT';
}

/** @returns where two files part, or undefined where they are the same bytes */
function firstDifference(wanted, found) {
  if (wanted === undefined || found === undefined) return ': one is missing';
  if (wanted.equals(found)) return undefined;
  const at = wanted.findIndex((byte, i) => byte !== found[i]);
  const from = at < 0 ? wanted.length : at;
  return ` from byte ${from} on (${wanted.length} and ${found.length} bytes)`;
}
