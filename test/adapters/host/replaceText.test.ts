import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileChangedError, replaceText } from '../../../src/adapters/host/replaceText.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-replace-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('replaces the text, keeps the rights, and leaves no other file behind', () => {
  const file = join(folder, 'a.yaml');
  writeFileSync(file, 'before');
  chmodSync(file, 0o640);
  replaceText({ file, before: 'before', after: 'äfter' });
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777, readdirSync(folder)]).toEqual([
    'äfter',
    0o640,
    ['a.yaml'],
  ]);
});

it('replaces the file behind a symbolic link, and keeps the link', () => {
  mkdirSync(join(folder, 'real'));
  const target = join(folder, 'real', 'b.yaml');
  const link = join(folder, 'a.yaml');
  writeFileSync(target, 'before');
  symlinkSync(target, link);
  replaceText({ file: link, before: 'before', after: 'after' });
  expect([readlinkSync(link), readFileSync(target, 'utf8'), readdirSync(join(folder, 'real'))]).toEqual([
    target,
    'after',
    ['b.yaml'],
  ]);
});

it('leaves a file alone that somebody has changed meanwhile', () => {
  const file = join(folder, 'a.yaml');
  writeFileSync(file, 'theirs');
  expect(() => replaceText({ file, before: 'before', after: 'after' })).toThrow(FileChangedError);
  expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['theirs', ['a.yaml']]);
});

it('says what the file system says, and leaves the file whole', () => {
  expect(() => replaceText({ file: join(folder, 'none.yaml'), before: '', after: 'x' })).toThrow('ENOENT');
  const inside = join(folder, 'a.yaml');
  mkdirSync(inside);
  expect(() => replaceText({ file: inside, before: '', after: 'x' })).toThrow(/EISDIR|illegal operation/);
});
