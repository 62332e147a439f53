import { expect, it } from 'vitest';
import { createCellWindow, rowTimes, runForward, sigma } from '../cellWindow.ts';

const D = 3;
const H = 5;

it('computes reset, update and candidate by their definition', () => {
  const window = createCellWindow('gru', 1, D, H);
  const { w, space } = window;
  const u = 2;
  const ofInput = (gate: number): number => w.b[gate * H + u] + rowTimes(w.Wx, gate * H + u, space.x, 0, D);
  const ofState = (gate: number): number => w.bh[gate * H + u] + rowTimes(w.Wh, gate * H + u, space.h, 0, H);
  const r = sigma(ofInput(0) + ofState(0));
  const z = sigma(ofInput(1) + ofState(1));
  const n = Math.tanh(ofInput(2) + r * ofState(2));

  runForward(window);

  expect(space.h[H + u]).toBeCloseTo((1 - z) * n + z * space.h[u], 14);
});

it('keeps its state where the update gate is closed for news', () => {
  const window = createCellWindow('gru', 6, D, H);
  window.w.b.fill(40, H, 2 * H);

  runForward(window);

  expect(window.space.h.slice(6 * H)).toEqual(window.space.h.slice(0, H));
});
