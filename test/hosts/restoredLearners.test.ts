import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RestoreOutcome } from '../../src/domain/learnerHost.ts';
import type { StreamSettings } from '../../src/domain/streamSettings.ts';
import { createLearnerFactory } from '../../src/hosts/createLearnerFactory.ts';
import { createInlineHost } from '../../src/hosts/inlineHost.ts';
import { KernelFullError } from '../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { crc32 } from '../../src/model/crc32.ts';
import { SnapshotError } from '../../src/model/snapshotFormat.ts';
import { everyMessage, idOf, settingsWith } from '../pipeline/samples.ts';
import { learnerSettings, noisySine, toSteps } from '../support/series.ts';
import { placeOf } from '../support/snapshotEntries.ts';

const SETTINGS: StreamSettings = { ...settingsWith(everyMessage), ...learnerSettings({ model: { kernel: 'plain' } }) };
const OTHER: StreamSettings = { ...SETTINGS, model: { ...SETTINGS.model, hidden: 3 } };

function snapshotOfALife(): Uint8Array {
  const learner = new StreamLearner(createPlainKernel(), SETTINGS);
  for (const step of toSteps(noisySine(120))) learner.step(step);
  return learner.snapshot();
}

const WHOLE = snapshotOfALife();

/** The bytes under a checksum that fits. */
function signed(bytes: Uint8Array): Uint8Array {
  new DataView(bytes.buffer).setUint32(4, crc32(bytes, 8), true);
  return bytes;
}

/** The snapshot with one number of an array replaced, or each of them. */
function withNumber(name: string, index: number, value: number, size: 4 | 8 = 4): Uint8Array {
  const bytes = WHOLE.slice();
  const view = new DataView(bytes.buffer);
  const place = placeOf(bytes, name) + size * index;
  if (size === 4) view.setFloat32(place, value, true);
  else view.setFloat64(place, value, true);
  return signed(bytes);
}

function restore(snapshot: Uint8Array, settings = SETTINGS, memoryLimit = 1e9): Promise<RestoreOutcome> {
  const factory = createLearnerFactory(() => settings, { memoryLimit });
  const host = createInlineHost({
    ...factory,
    report(event) {
      if (event.type === 'StateCarriedOver') return;
      throw new Error(event.type);
    },
  });
  return host.restore(idOf('a'), snapshot);
}

describe('a learner that is restored', () => {
  it('goes on where the snapshot is whole, under the same settings and under others', async () => {
    expect(await restore(WHOLE)).toBe('restored');
    expect(await restore(WHOLE, OTHER)).toBe('restored');
    expect(await restore(WHOLE, SETTINGS, 1000)).toBe('no-memory');
    expect(await restore(signed(WHOLE.with(8, 9)))).toBe('newer');
    expect(await restore(WHOLE.with(WHOLE.length - 1, 77))).toBe('damaged');
  });

  it.each<[string, number, number]>([
    ['panel.lstm_direct.network.weights', 7, Number.NaN],
    ['panel.lstm_direct.network.weights', 0, Number.NEGATIVE_INFINITY],
    ['panel.lstm_direct.network.moment1', 7, Number.NaN],
    ['panel.lstm_direct.network.moment2', 7, Number.POSITIVE_INFINITY],
    ['panel.lstm_direct.network.h', 3, 1.5],
    ['panel.lstm_direct.network.h', 3, Number.NaN],
    ['panel.lstm_direct.network.c', 2, -1e30],
    ['panel.lstm_residual.network.weights', 1, Number.NaN],
  ])('is damaged where %s[%i] is %d, though the checksum fits', async (name, index, value) => {
    expect(await restore(withNumber(name, index, value))).toBe('damaged');
  });

  it('is damaged where the linear model cannot have come to it', async () => {
    expect(await restore(withNumber('panel.linear.model0.weights', 1, Number.NaN, 8))).toBe('damaged');
    expect(await restore(withNumber('panel.linear.model0.P', 1, Number.POSITIVE_INFINITY, 8))).toBe('damaged');
  });

  it('throws nothing but SnapshotErrors and leaves no memory behind, whatever lies under a checksum that fits', () => {
    const kernel = createPlainKernel();
    const change = fc.tuple(fc.nat(WHOLE.length - 13), fc.uint8Array({ minLength: 1, maxLength: 16 }));
    void fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = WHOLE.slice();
        for (const [at, noise] of changes) bytes.set(noise.subarray(0, bytes.length - 12 - at), 12 + at);
        try {
          new StreamLearner(kernel, SETTINGS, signed(bytes)).free();
        } catch (error) {
          expect(error).toBeInstanceOf(SnapshotError);
        }
        expect(kernel.usedBytes).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('is not made where others like it found no room', async () => {
    const factory = createLearnerFactory(() => SETTINGS, { memoryLimit: 1000 });
    expect(() => factory.learnerFor(idOf('a'))).toThrow(KernelFullError);
    expect(() => factory.learnerFor(idOf('b'), WHOLE)).toThrow(KernelFullError);
  });
});
