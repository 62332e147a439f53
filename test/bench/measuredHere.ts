import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { type Measured, WITHOUT_WORDS } from './measured.ts';

const loadAtStart = loadavg()[0]!;

/** The circumstances of a measurement that ends now, in this checkout on this machine. */
export function measuredHere(measures: readonly string[]): Measured {
  const commit = git('rev-parse', '--short', 'HEAD');
  const loads = [loadAtStart, loadavg()[0]!].map((load) => load.toFixed(1)).sort((a, b) => Number(a) - Number(b));
  return {
    measures,
    commit,
    isDirty: commit !== undefined && git('status', '--porcelain', '--', ...measures, WITHOUT_WORDS) !== '',
    day: new Date().toISOString().slice(0, 10),
    machine: `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${process.arch}, Node ${process.version}`,
    load: `load ${loads.join(' to ')}`,
  };
}

/** @returns undefined where there is no git, or no repository */
function git(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
