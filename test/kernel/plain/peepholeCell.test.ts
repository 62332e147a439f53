import { expect, it } from 'vitest';
import { createCellWindow, rowTimes, runForward, sigma } from '../cellWindow.ts';

const D = 3;
const H = 5;

it('computes the gates with what they see of the cell state: the old one, and the output gate the new one', () => {
  const window = createCellWindow('lstm_peephole', 1, D, H);
  const { w, space } = window;
  const u = 3;
  const z = (gate: number): number =>
    w.b[gate * H + u] + rowTimes(w.Wx, gate * H + u, space.x, 0, D) + rowTimes(w.Wh, gate * H + u, space.h, 0, H);
  const i = sigma(z(0) + w.p_i[u] * space.c[u]);
  const f = sigma(z(1) + w.p_f[u] * space.c[u]);
  const c = f * space.c[u] + i * Math.tanh(z(2));
  const o = sigma(z(3) + w.p_o[u] * c);

  runForward(window);

  expect(space.c[H + u]).toBeCloseTo(c, 14);
  expect(space.h[H + u]).toBeCloseTo(o * Math.tanh(c), 14);
});

it('is the plain LSTM, to the bit, where the peepholes are closed', () => {
  const [peephole, lstm] = (['lstm_peephole', 'lstm'] as const).map((cell) => createCellWindow(cell, 4, D, H));
  for (const name of ['Wx', 'Wh', 'b'] as const) lstm.w[name].set(peephole.w[name]);
  for (const name of ['x', 'h', 'c'] as const) lstm.space[name].set(peephole.space[name]);
  for (const name of ['p_i', 'p_f', 'p_o'] as const) peephole.w[name].fill(0);

  runForward(peephole);
  runForward(lstm);

  expect(peephole.space.h).toEqual(lstm.space.h);
  expect(peephole.space.c).toEqual(lstm.space.c);
});
