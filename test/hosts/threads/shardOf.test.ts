import { expect, it } from 'vitest';
import { shardOf } from '../../../src/hosts/threads/shardOf.ts';
import { idOf } from '../../pipeline/samples.ts';

const FAMILIES: readonly (readonly [string, (i: number) => string])[] = [
  ['numbers at the end', (i) => `sensors/${i}`],
  ['numbers with zeros', (i) => `plant/line${String(i).padStart(4, '0')}/temperature`],
  ['numbers in the middle', (i) => `tele/plug-${i}/SENSOR/ENERGY.Power`],
  ['addresses', (i) => `zigbee2mqtt/0x00158d000${(0x1a2b3c + i * 0x11).toString(16)}/temperature`],
  ['single letters', (i) => String.fromCharCode(97 + i)],
];

it.each(FAMILIES)('shares ids out evenly: %s', (_, idAt) => {
  for (const threads of [2, 3, 4, 7]) {
    const counts = new Array<number>(threads).fill(0);
    for (let i = 0; i < 1000; i++) counts[shardOf(idOf(idAt(i)), threads)]!++;
    const even = 1000 / threads;
    expect(Math.max(...counts), String(counts)).toBeLessThan(even * 1.25);
    expect(Math.min(...counts), String(counts)).toBeGreaterThan(even * 0.75);
  }
});

it('gives the same thread every time, and the only one where there is one', () => {
  const id = idOf('zigbee2mqtt/Küche/temperature');
  expect(shardOf(id, 5)).toBe(shardOf(idOf('zigbee2mqtt/Küche/temperature'), 5));
  expect(shardOf(id, 1)).toBe(0);
  expect(shardOf(idOf(''), 3)).toBeLessThan(3);
});
