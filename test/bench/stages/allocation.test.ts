import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStore } from '../../../src/adapters/store/thread/createStore.ts';
import { BUILT_ENTRY } from '../../adapters/store/builtEntry.ts';
import { measureAllocation, measureHeapGrowth } from './allocation.ts';
import { openPath, type Path } from './path.ts';
import { PathLoad } from './pathLoad.ts';

/** Bytes of the heap that a message of the last-value path may take: to be lowered by who lowers what it takes. */
const MOST_BYTES = 820;
const STREAMS = 100;
/** Readings of each stream after which the compiler has done its work and every score is there. */
const READINGS = 400;

describe('a message from the socket to the socket, last value, state kept', () => {
  let folder: string;
  let path: Path;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-allocation-'));
    const store = createStore({ folder, entry: BUILT_ENTRY });
    path = await openPath({ last: 'bytes', streams: STREAMS, model: 'experts: [last_value]', store });
  });

  afterEach(async () => {
    await path.close();
    rmSync(folder, { recursive: true });
  });

  it(`allocates at most ${MOST_BYTES} bytes`, async () => {
    const load = new PathLoad(path, STREAMS);
    await load.drive(READINGS * STREAMS);

    const bytes = await measureHeapGrowth(() => load.drive(1));

    expect(path.dropped).toBe(0);
    expect(path.bytesOut).toBeGreaterThan(path.reached * 300);
    expect(bytes, bytes > MOST_BYTES ? await placesOf(load) : '').toBeLessThanOrEqual(MOST_BYTES);
    expect(bytes).toBeGreaterThan(0);
  });
});

async function placesOf(load: PathLoad): Promise<string> {
  let messages = 0;
  const { sites } = await measureAllocation(async () => {
    messages = await load.drive(20_000);
  });
  return sites
    .slice(0, 20)
    .map(({ place, bytes }) => `${(bytes / messages).toFixed(0)} ${place}`)
    .join('\n');
}

describe('the two measures of allocation', () => {
  const held: { array: unknown } = { array: undefined };
  /** Arrays of a hundred numbers, one a message: 8 bytes a number, and two heads. */
  const MESSAGES = 5000;
  const allocate = async (): Promise<number> => {
    for (let i = 0; i < MESSAGES; i++) held.array = numbersFrom(i);
    return MESSAGES;
  };

  it('agree with each other and with what was allocated', async () => {
    const growth = await measureHeapGrowth(allocate);
    const { bytes, sites } = await measureAllocation(allocate);

    expect(growth).toBeGreaterThan(800);
    expect(growth).toBeLessThan(900);
    expect(bytes / MESSAGES / growth).toBeGreaterThan(0.9);
    expect(bytes / MESSAGES / growth).toBeLessThan(1.1);
    expect(sites[0]?.place).toContain('allocation.test.ts');
  });
});

function numbersFrom(first: number): number[] {
  const numbers: number[] = [];
  numbers.length = 100;
  for (let i = 0; i < 100; i++) numbers[i] = first + i + 0.5;
  return numbers;
}
