import { expect, it } from 'vitest';
import { countTargets, logisticLoss } from '../../src/kernel/plain/loss.ts';
import { expectGolden, readGolden } from './readGolden.ts';

interface GoldenLoss {
  readonly y: number[];
  readonly target: number[];
  readonly arrived: number[];
  readonly loss: number;
  readonly dy: number[];
}

it('the logistic loss and its gradient agree with PyTorch, targets that have not arrived left out', () => {
  const golden = readGolden<GoldenLoss>('logistic.json');
  const hasTarget = Uint8Array.from(golden.arrived);
  const n = golden.y.length;
  const count = countTargets(hasTarget, n);
  const dy = new Float32Array(n);

  const loss = logisticLoss(dy, new Float32Array(golden.y), new Float32Array(golden.target), hasTarget, count, n);

  expect(count).toBeLessThan(n);
  expect(Math.abs(loss - golden.loss) / golden.loss).toBeLessThan(1e-15);
  expectGolden(dy, golden.dy);
});
