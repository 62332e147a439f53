import type { MemoryProbe, Probe, StateName } from '../../../../../../src/domain/memoryProbe.ts';
import { idOf } from '../../../../../pipeline/samples.ts';

/** A probe of two units over three rows, whose unit 1 holds longer. */
export function probeOf(change: Partial<MemoryProbe> = {}): MemoryProbe {
  const state = (name: StateName, ...values: readonly number[]) => ({ name, values: Float32Array.from(values) });
  return {
    stream: idOf('plug/power'),
    network: 'lstm_direct',
    networks: ['lstm_direct'],
    cell: 'lstm',
    units: 2,
    at: 1_773_329_760_000,
    interval: 300_000,
    horizon: 1,
    horizons: [1],
    times: [1_773_329_160_000, 1_773_329_460_000, 1_773_329_760_000],
    readings: [1, Number.NaN, 90],
    states: [
      state('i', 0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
      state('f', 0.5, 0.9, 0.5, 0.9, 0.5, 0.9),
      state('g', 0.1, -0.2, 0.1, -0.2, 0.1, -0.2),
      state('o', 0.7, 0.7, 0.7, 0.7, 0.7, 0.7),
      state('c', 1, -3, 1, -3, 0.5, -1),
      state('h', 0.5, -0.6, 0.5, -0.6, 0.3, -0.5),
    ],
    halfLives: Float32Array.of(1, 6.5),
    importance: Float32Array.of(0.25, 0.75),
    halfLife: 4,
    reach: Float32Array.of(1, 0.5),
    shares: sharesOf([2, -1, 0.5]),
    ...change,
  };
}

export function sharesOf(byRow: readonly number[], change: Partial<Probe> = {}): Probe {
  const sum = byRow.reduce((all, share) => all + share, 0);
  return {
    answer: { kind: 'forecast', network: 'lstm_direct', horizon: 1 },
    at: 0,
    baseline: 5,
    replayed: 5 + sum,
    carried: 5 + sum,
    older: 0,
    rows: byRow.map((share, lag) => ({ lag, at: undefined, share })),
    inputs: [{ name: 'level', group: 'level of this reading', share: sum }],
    ...change,
  };
}
