import { describe, expect, it } from 'vitest';
import { crc32 } from '../../src/model/crc32.ts';
import { restoreSnapshot } from '../../src/model/restoreSnapshot.ts';
import { saveSnapshot } from '../../src/model/saveSnapshot.ts';
import { SnapshotError, type SnapshotFault, VERSION } from '../../src/model/snapshotFormat.ts';
import type { Stateful, StateIo } from '../../src/model/stateIo.ts';

/** One entry of each kind, with values that only survive if all bits do. */
class Subject implements Stateful {
  count = 0;
  readonly float32: Float32Array = new Float32Array(3);
  readonly float64: Float64Array = new Float64Array(2);
  readonly bytes: Uint8Array = new Uint8Array(5);
  readonly words: Uint32Array = new Uint32Array(1);

  exchange(io: StateIo): void {
    this.count = io.number('count', this.count);
    const part = io.within('part');
    part.array('float32', this.float32);
    part.array('float64', this.float64);
    part.within('deep').array('bytes', this.bytes);
    io.array('words', this.words);
  }
}

function filled(): Subject {
  const subject = new Subject();
  subject.count = -0.1;
  subject.float32.set([1e-45, -0, Number.NaN]);
  subject.float64.set([Number.MAX_VALUE, Number.NEGATIVE_INFINITY]);
  subject.bytes.set([1, 0, 255, 3, 4]);
  subject.words.set([0xdeadbeef]);
  return subject;
}

function faultOf(bytes: Uint8Array, target: Stateful = new Subject(), schema = 'schema'): SnapshotFault | undefined {
  try {
    restoreSnapshot(target, bytes, schema);
    return undefined;
  } catch (error) {
    if (error instanceof SnapshotError) return error.fault;
    throw error;
  }
}

/** The bytes with a body of the test's own making under a checksum that fits. */
function signed(bytes: Uint8Array): Uint8Array {
  new DataView(bytes.buffer).setUint32(4, crc32(bytes, 8), true);
  return bytes;
}

const SAVED = saveSnapshot(filled(), 'schema');

it('gives back every bit', () => {
  const copy = new Subject();
  restoreSnapshot(copy, SAVED, 'schema');
  expect(copy).toEqual(filled());
  expect(Object.is(copy.float32[1], -0)).toBe(true);
  expect(saveSnapshot(copy, 'schema')).toEqual(SAVED);
});

it('reads bytes that lie anywhere in a larger buffer', () => {
  const buffer = new Uint8Array(SAVED.length + 12);
  buffer.set(SAVED, 7);
  const copy = new Subject();
  restoreSnapshot(copy, buffer.subarray(7, 7 + SAVED.length), 'schema');
  expect(copy).toEqual(filled());
});

it('reads a Buffer of Node, whose slices share memory', () => {
  const copy = new Subject();
  restoreSnapshot(copy, Buffer.from(SAVED), 'schema');
  expect(copy).toEqual(filled());
});

it('copies: what was restored does not hang on the bytes', () => {
  const bytes = SAVED.slice();
  const copy = new Subject();
  restoreSnapshot(copy, bytes, 'schema');
  bytes.fill(0);
  expect(copy).toEqual(filled());
});

describe('tells damage', () => {
  it('of any single bit', () => {
    for (let bit = 0; bit < 8 * SAVED.length; bit++) {
      const flipped = SAVED.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      // A version that looks later is left alone as newer; one that looks older fails the checksum.
      const version = new DataView(flipped.buffer, flipped.byteOffset).getUint16(8, true);
      expect(faultOf(flipped), `bit ${bit}`).toBe(version > VERSION ? 'newer' : 'damaged');
    }
  });

  it('of a file cut short anywhere, or grown', () => {
    for (let length = 0; length < SAVED.length; length++) expect(faultOf(SAVED.slice(0, length))).toBe('damaged');
    expect(faultOf(Uint8Array.of(...SAVED, 0))).toBe('damaged');
  });

  it('of a body that is cut short under a checksum that fits', () => {
    const names = new Set<SnapshotFault | undefined>();
    for (let length = 16; length < SAVED.length; length++) names.add(faultOf(signed(SAVED.slice(0, length))));
    expect(names).not.toContain(undefined);
    for (let cut = 1; cut < 4; cut++) expect(faultOf(signed(SAVED.slice(0, -cut)))).toBe('damaged');
  });

  it('of an entry of unknown type', () => {
    const bytes = saveSnapshot({ exchange: (io) => void io.number('n', 1) }, '');
    bytes[16 + 2 + 1] = 17;
    expect(faultOf(signed(bytes), new Subject(), '')).toBe('damaged');
  });
});

it('leaves a later format alone', () => {
  const later = SAVED.slice();
  later[8] = VERSION + 1;
  expect(faultOf(later)).toBe('newer');
  expect(faultOf(signed(later))).toBe('newer');
});

describe('of an older format', () => {
  const older = SAVED.slice();
  older[8] = 2;

  it('takes what is there', () => {
    const copy = new Subject();
    restoreSnapshot(copy, signed(older), 'schema');
    expect(copy).toEqual(filled());
  });

  it('refuses one that was never published', () => {
    const first = SAVED.slice();
    first[8] = 1;
    expect(faultOf(signed(first))).toBe('damaged');
  });
});

describe('refuses what belongs to other settings', () => {
  it('by the schema', () => {
    expect(faultOf(SAVED, new Subject(), 'schema of another')).toBe('mismatch');
  });

  /** Takes every entry but "words", so that only what comes besides can be wrong. */
  const takeOthers = (io: StateIo): void => {
    new Subject().exchange({ ...io, array: (name, array) => void (name === 'words' || io.array(name, array)) });
  };

  it.each<[string, Stateful['exchange']]>([
    [
      'an entry that is not there',
      (io) => {
        new Subject().exchange(io);
        io.number('other', 1);
      },
    ],
    [
      'an array of another length',
      (io) => {
        takeOthers(io);
        io.array('words', new Uint32Array(2));
      },
    ],
    [
      'an array of another type',
      (io) => {
        takeOthers(io);
        io.array('words', Float32Array.of(0));
      },
    ],
    ['an entry that nothing takes', takeOthers],
  ])('by %s', (_, exchange) => {
    expect(faultOf(SAVED, { exchange })).toBe('mismatch');
  });
});
