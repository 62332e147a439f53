import { describe, expect, it } from 'vitest';
import { Scene } from '../../../../../../src/outlets/page/site/views/memory/scene.ts';
import { probeOf } from './memoryScene.ts';

describe('the scene of a memory', () => {
  it('has the units that hold longest on top, and the states by row and unit', () => {
    const scene = new Scene(probeOf());
    expect(scene.order).toEqual([1, 0]);
    expect(scene.at('f', 2, 1)).toBeCloseTo(0.9, 6);
    expect(scene.at('c', 1, 1)).toBe(-3);
    expect(scene.at('z', 0, 0)).toBeNaN();
    expect(scene.meanAt('c', 0)).toBe(2);
    expect(scene.halfLife(1)).toBe(6.5);
  });

  it('has a lane for each gate that the cell has, with shades from 0 to 1', () => {
    const scene = new Scene(probeOf());
    expect(scene.lanes.map(({ letter }) => letter)).toEqual(['f', 'i', 'o', '|c|']);
    const cell = scene.lanes[3];
    if (cell === undefined) throw new Error('no lane of c');
    expect([scene.shade(cell, 0, 0), scene.shade(cell, 0, 1), scene.shade(cell, 2, 0)]).toEqual([0.5, 1, 0.25]);
    const { states } = probeOf();
    const hidden = states.filter(({ name }) => name === 'h');
    const rnn = new Scene(probeOf({ cell: 'rnn', states: hidden, halfLives: new Float32Array(0) }));
    expect(rnn.lanes.map(({ letter }) => letter)).toEqual(['|h|']);
    expect(rnn.order).toEqual([1, 0]);
    expect(rnn.halfLife(0)).toBeNaN();
    const z = hidden.map(({ values }) => ({ name: 'z' as const, values }));
    expect(new Scene(probeOf({ cell: 'gru', states: [...z, ...hidden] })).lanes.map(({ letter }) => letter)).toEqual([
      'z',
      'r',
      '|h|',
    ]);
  });
});
