import { linkSync, symlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isSameFile } from '../../../src/tools/replay/isSameFile.ts';
import { useFolder } from './folder.ts';

const folder = useFolder();

it('knows a file under its other names, and nothing else', () => {
  const file = folder.write('a.csv', 'x');
  const other = folder.write('b.csv', 'x');
  symlinkSync(file, folder.path('soft.csv'));
  linkSync(file, folder.path('hard.csv'));
  expect(isSameFile(file, folder.path('./a.csv'))).toBe(true);
  expect(isSameFile(file, folder.path('soft.csv'))).toBe(true);
  expect(isSameFile(file, folder.path('hard.csv'))).toBe(true);
  expect(isSameFile(file, other)).toBe(false);
  expect(isSameFile(file, folder.path('missing.csv'))).toBe(false);
  expect(isSameFile(folder.path('missing.csv'), folder.path('missing.csv'))).toBe(false);
  expect(isSameFile(file, `${file}/below`)).toBe(false);
});
