import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { acquireLock, type InstanceLock, refuseLocked } from '../../../../src/adapters/store/files/instanceLock.ts';
import { ownIdentity } from '../../../../src/adapters/store/files/processIdentity.ts';
import { temporaryFolder } from '../../../contract/stateStoreContract.ts';

const CHILD = new URL('../lockChild.mjs', import.meta.url).pathname;

interface Child {
  readonly process: ChildProcess;
  ask(line: 'take' | 'release'): Promise<string>;
}

let folder: string;
const children: ChildProcess[] = [];
const locks: InstanceLock[] = [];

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const lock of locks.splice(0)) lock.release();
  rmSync(folder, { recursive: true, force: true });
});

function start(): Child {
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    process: child,
    async ask(line) {
      child.stdin?.write(`${line}\n`);
      return (await lines.next()).value as string;
    },
  };
}

const take = (): void => void locks.push(acquireLock(folder));
const lockFiles = (): string[] => readdirSync(folder).filter((name) => name.startsWith('lock'));

/** A lock as a process leaves it that is not there any more. */
function leaveBehind(changes: object): void {
  const number = Math.max(0, ...lockFiles().map((name) => Number(name.slice('lock.'.length)))) + 1;
  writeFileSync(join(folder, `lock.${number}`), JSON.stringify({ ...ownIdentity(), ...changes }));
}

it('belongs to one at a time, in one process too', () => {
  take();
  expect(take).toThrow(/is using it/);
  expect(() => refuseLocked(folder)).toThrow(`process ${process.pid} is using it`);
  locks.pop()?.release();
  expect(() => refuseLocked(folder)).not.toThrow();
  take();
});

it('is refused while another process lives, and free when that was killed', async () => {
  const owner = start();
  expect(await owner.ask('take')).toBe('taken');
  expect(take).toThrow(expect.objectContaining({ code: 'TG_STATE_LOCKED', exit: 75 }));
  expect(take).toThrow(`process ${owner.process.pid}`);
  owner.process.kill('SIGKILL');
  await once(owner.process, 'exit');
  take();
  expect(lockFiles()).toHaveLength(1);
});

it.each([
  ['its pid has gone', { pid: 2 ** 22 + 1 }],
  ['its pid was given to another process', { pid: process.pid, start: '1' }],
  ['the machine was started again since', { boot: 'another' }],
])('is taken over where %s', (_why, changes) => {
  leaveBehind(changes);
  take();
});

it('is taken over where a power cut left an empty file, but not while one is being written', () => {
  const file = join(folder, 'lock.7');
  writeFileSync(file, '');
  expect(take).toThrow(/taking it/);
  utimesSync(file, new Date(0), new Date(0));
  take();
  expect(lockFiles()).toEqual(['lock.8']);
});

it('removes drafts of a process that was killed', () => {
  const draft = join(folder, `lock.${randomUUID()}.tmp`);
  writeFileSync(draft, '');
  utimesSync(draft, new Date(0), new Date(0));
  take();
  expect(lockFiles()).toEqual(['lock.1']);
  expect(JSON.parse(readFileSync(join(folder, 'lock.1'), 'utf8'))).toMatchObject(ownIdentity());
});

it('is won by exactly one of several that race for a lock left behind', async () => {
  const racers = [start(), start(), start()];
  for (let round = 0; round < 40; round++) {
    leaveBehind({ pid: 2 ** 22 + 1 });
    const answers = await Promise.all(racers.map((racer) => racer.ask('take')));
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'TG_STATE_LOCKED')).toHaveLength(2);
    await Promise.all(racers.map((racer) => racer.ask('release')));
  }
  expect(lockFiles()).toHaveLength(1);
});

it('is never with two that take and release it all the time', async () => {
  const racers = [start(), start(), start()];
  let owners = 0;
  let taken = 0;
  await Promise.all(
    racers.map(async (racer) => {
      for (let i = 0; i < 100; i++) {
        if ((await racer.ask('take')) !== 'taken') continue;
        owners++;
        taken++;
        expect(owners).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        owners--;
        await racer.ask('release');
      }
    }),
  );
  expect(taken).toBeGreaterThan(10);
});
