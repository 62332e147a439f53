import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readMemoryLimit } from '../../../src/adapters/host/memoryLimit.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cgroup-'));
});

afterEach(() => rmSync(root, { recursive: true }));

function read(self: string, files: Readonly<Record<string, string>>): ReturnType<typeof readMemoryLimit> {
  for (const [name, text] of Object.entries({ self, ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return readMemoryLimit(root, join(root, 'self'));
}

const controllers = { 'cgroup.controllers': 'cpuset cpu io memory pids\n' };

it('is the least of the group and all above it', () => {
  const files = {
    ...controllers,
    'system.slice/memory.max': '400000000\n',
    'system.slice/tidegate.service/memory.max': 'max\n',
  };
  const expected = { bytes: 400_000_000, isEnforceable: true };
  expect(read('0::/system.slice/tidegate.service\n', files)).toEqual(expected);
});

it('is none where all say max', () => {
  const files = { ...controllers, 'a/memory.max': 'max\n' };
  expect(read('0::/a\n', files)).toEqual({ bytes: undefined, isEnforceable: true });
});

it('cannot be where the kernel does not count memory', () => {
  expect(read('0::/a\n', { 'cgroup.controllers': 'cpu io\n' })).toEqual({ bytes: undefined, isEnforceable: false });
});

it('is read from groups of the first version too', () => {
  const self = '9:cpu,cpuacct:/\n4:memory:/docker/1\n0::/\n';
  const unlimited = '9223372036854771712\n';
  const files = {
    'memory/docker/1/memory.limit_in_bytes': '268435456\n',
    'memory/docker/memory.limit_in_bytes': unlimited,
    'memory/memory.limit_in_bytes': unlimited,
  };
  expect(read(self, files)).toEqual({ bytes: 268_435_456, isEnforceable: true });
});

it('is not there where there are no control groups at all', () => {
  expect(readMemoryLimit(join(root, 'none'), join(root, 'none'))).toEqual({ bytes: undefined, isEnforceable: false });
});
