import { expect, it } from 'vitest';
import { WriteMeter } from '../../../../src/adapters/store/files/writeMeter.ts';

it.each([
  ['one byte', 0, 1, 1],
  ['a block', 4096, 4096, 1],
  ['two bytes across a border', 4095, 2, 2],
  ['nothing', 100, 0, 0],
  ['a frame of a page and its header', 32, 4120, 2],
])('counts the blocks that %s touches', (_what, place, length, blocks) => {
  const traffic = new WriteMeter();
  traffic.write(place, length);
  expect(traffic).toMatchObject({ bytesWritten: blocks * 4096, flushes: 0 });
});

it('counts what the file system adds to a flush', () => {
  const traffic = new WriteMeter();
  traffic.flushData();
  expect(traffic).toMatchObject({ bytesWritten: 0, flushes: 1 });
  traffic.flushFile();
  expect(traffic).toMatchObject({ bytesWritten: 12_288, flushes: 3 });
});
