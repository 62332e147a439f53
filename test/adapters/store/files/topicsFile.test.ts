import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { acquireLock } from '../../../../src/adapters/store/files/instanceLock.ts';
import { TopicsFile } from '../../../../src/adapters/store/files/topicsFile.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'tidegate-topics-file-')), 'state');
  file = join(folder, 'retained.topics');
  mkdirSync(folder);
  acquireLock(folder);
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const readBack = (): readonly string[] | undefined => new TopicsFile(file).read();

it('knows nothing where there is no file, and all topics that are there, without a close', () => {
  const topics = new TopicsFile(file);
  expect(topics.read()).toBeUndefined();
  topics.add('t/a');
  topics.add('t/ä b');
  expect(readBack()).toEqual(['t/a', 't/ä b']);
  topics.remove('t/a');
  expect(readBack()).toEqual(['t/ä b']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('goes on from what a process before has left, whatever was added and removed', () => {
  const change = fc.tuple(fc.constantFrom('a', 'b/c', 'b', 'ü'), fc.constantFrom('add', 'remove', 'again'));
  void fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      rmSync(file, { force: true });
      const known = new Set<string>();
      let topics = new TopicsFile(file);
      for (const [topic, how] of changes) {
        if (how === 'again') {
          topics.close();
          topics = new TopicsFile(file);
          topics.read();
        } else {
          topics[how](topic);
          known[how === 'add' ? 'add' : 'delete'](topic);
        }
        expect(new Set(readBack() ?? [])).toEqual(known);
      }
      topics.close();
    }),
    { numRuns: 50 },
  );
});

it('stays as small as what it knows', () => {
  const topics = new TopicsFile(file);
  for (let i = 0; i < 5000; i++) {
    topics.add(`t/${i}`);
    if (i >= 10) topics.remove(`t/${i - 10}`);
  }
  expect(statSync(file).size).toBeLessThan(10 * 2000);
  expect(readBack()).toHaveLength(10);
});

it('takes a line that was not written to its end, or was written as zeros, for none', () => {
  writeFileSync(file, '+t/a\n+t/b\n\0\0\0\0\n?t/c\n\n+t/abc');
  expect(readBack()).toEqual(['t/a', 't/b']);
  const topics = new TopicsFile(file);
  topics.read();
  topics.add('t/d');
  expect(readFileSync(file, 'utf8')).toBe('+t/a\n+t/b\n+t/d\n');
});

it('is whole again in a folder that was removed, once the store has taken that; else it writes nothing there', () => {
  const topics = new TopicsFile(file);
  topics.add('t/a');
  renameSync(folder, `${folder}.gone`);
  topics.add('t/b');
  mkdirSync(folder);
  topics.add('t/c');
  expect(readBack()).toBeUndefined();
  acquireLock(folder);
  topics.add('t/d');
  expect(readBack()).toEqual(['t/a', 't/b', 't/c', 't/d']);
  // The file that no path leads to any more was left alone.
  appendFileSync(join(`${folder}.gone`, 'retained.topics'), '');
  expect(readFileSync(join(`${folder}.gone`, 'retained.topics'), 'utf8')).toBe('+t/a\n');
});
