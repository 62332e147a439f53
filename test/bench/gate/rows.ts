import { NETWORK_ONLY } from '../benchConfig.ts';
import type { DaemonSetup } from './daemon.ts';

/** A row of CPU time. */
export interface Row extends DaemonSetup {
  readonly name: string;
  readonly title: string;
}

const LAST_VALUE = 'experts: [last_value]';

const rowOf = (name: string, title: string, setup: Partial<DaemonSetup> & Pick<DaemonSetup, 'model'>): Row => ({
  name,
  title,
  streams: 1000,
  qos: 0,
  threads: 0,
  ...setup,
});

/** Rows that decide. */
export const ROWS: readonly Row[] = [
  rowOf('last-value', 'last value', { model: LAST_VALUE }),
  rowOf('last-value-qos1', 'last value, QoS 1, journal', { model: LAST_VALUE, qos: 1 }),
  rowOf('last-value-100', 'last value, 100 streams', { model: LAST_VALUE, streams: 100 }),
  rowOf('h32', 'H 32, k1 16', { model: NETWORK_ONLY }),
  rowOf('defaults', 'defaults', { model: '' }),
];

/** Measurements that are made where they are named; they decide nothing. */
export const ON_DEMAND = ['defaults-10k', 'idle', 'fifty', 'start'] as const;

export type OnDemand = (typeof ON_DEMAND)[number];

export interface Selection {
  readonly rows: readonly Row[];
  readonly onDemand: readonly OnDemand[];
}

/**
 * @param names with commas between; empty: the rows that decide
 * @throws Error naming what there is, for a name that is none
 */
export function selectRows(names: string): Selection {
  if (names === '') return { rows: ROWS, onDemand: [] };
  const wanted = names.split(',').map((name) => name.trim());
  const known: readonly string[] = [...ROWS.map(({ name }) => name), ...ON_DEMAND];
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`no row is called "${unknown}"; there are: ${known.join(', ')}`);
  return {
    rows: ROWS.filter(({ name }) => wanted.includes(name)),
    onDemand: ON_DEMAND.filter((name) => wanted.includes(name)),
  };
}
