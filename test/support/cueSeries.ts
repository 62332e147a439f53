import type { Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { Label } from '../../src/domain/streamInput.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { createRandom } from '../../src/kernel/random.ts';
import { idOf } from '../pipeline/samples.ts';
import { MONDAY, normal } from './series.ts';

const CUE_STREAM: StreamId = idOf('machine');
export const CUE_EVERY = 10_000;
export const CUE_CLASSES = ['rest', 'heat', 'spin'] as const;
type CueClass = (typeof CUE_CLASSES)[number];

export interface CueRow {
  readonly step: Step;
  readonly truth: CueClass;
}

/**
 * A machine in small: rest, then a weak or a strong pulse, then some twelve rows of the same power whatever the pulse was. Only the
 * pulse tells heating from spinning.
 */
export function cueSeries(rows: number, seed = 1): CueRow[] {
  const random = createRandom(seed);
  const made: CueRow[] = [];
  const push = (value: number, truth: CueClass): void => {
    const at = toEpochMs(MONDAY + made.length * CUE_EVERY);
    const step = { stream: CUE_STREAM, at, zoneOffset: toDurationMs(0), value: value + normal(random) };
    made.push({ step, truth });
  };
  while (made.length < rows) {
    const truth = random.integerBelow(2) === 0 ? 'heat' : 'spin';
    for (let row = 6 + random.integerBelow(10); row > 0; row--) push(10, 'rest');
    push(truth === 'heat' ? 40 : 160, 'rest');
    for (let row = 8 + random.integerBelow(8); row > 0; row--) push(80, truth);
  }
  return made.slice(0, rows);
}

/** The class of a row, or of the rows from one to another one. */
export function labelAt(at: number, label: string, to: number = at): Label {
  return {
    kind: 'label',
    stream: CUE_STREAM,
    at: toEpochMs(to),
    from: toEpochMs(at),
    to: toEpochMs(to),
    label,
  };
}
