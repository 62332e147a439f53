import { describe, expect, it } from 'vitest';
import { cellStateSize } from '../../../src/kernel/cellSizes.ts';
import { PLAIN_CELLS } from '../../../src/kernel/plain/plainKernel.ts';
import { createCellWindow, expectCellGradients, runForward } from '../cellWindow.ts';

describe.each(PLAIN_CELLS)('cell %s', (cell) => {
  it('goes back exactly: every gradient agrees with finite differences', () => {
    expectCellGradients(createCellWindow(cell, 4, 3, 5));
    // Sizes that leave a rest when rows are taken four at a time, and none.
    expectCellGradients(createCellWindow(cell, 1, 1, 1));
    expectCellGradients(createCellWindow(cell, 8, 4, 4));
  });

  it('writes only the rows after the state before the window', () => {
    const window = createCellWindow(cell, 3, 2, 4);
    const { h, c } = window.space;
    const before = [h.slice(0, 4), c.slice(0, cellStateSize(cell, 4))];

    runForward(window);

    expect([h.slice(0, 4), c.slice(0, cellStateSize(cell, 4))]).toEqual(before);
  });
});
