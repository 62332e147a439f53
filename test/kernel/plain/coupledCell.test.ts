import { expect, it } from 'vitest';
import { createCellWindow, rowTimes, runForward, sigma } from '../cellWindow.ts';

const D = 3;
const H = 5;

it('forgets exactly as much as it writes', () => {
  const window = createCellWindow('lstm_coupled', 1, D, H);
  const { w, space } = window;
  const u = 1;
  const z = (gate: number): number =>
    w.b[gate * H + u] + rowTimes(w.Wx, gate * H + u, space.x, 0, D) + rowTimes(w.Wh, gate * H + u, space.h, 0, H);
  const i = sigma(z(0));
  const c = (1 - i) * space.c[u] + i * Math.tanh(z(1));

  runForward(window);

  expect(space.c[H + u]).toBeCloseTo(c, 14);
  expect(space.h[H + u]).toBeCloseTo(sigma(z(2)) * Math.tanh(c), 14);
});
