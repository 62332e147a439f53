import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const LEFTOVERS = new URL('./leftovers.mjs', import.meta.url).href;
const PROGRAM = `
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { atEnd, leave, owned, ownedFolder } from '${LEFTOVERS}';
const folder = ownedFolder('tidegate-leftover-');
const kept = ownedFolder('tidegate-leftover-');
leave(kept);
const wait = 'setInterval(() => undefined, 1000)';
const alone = owned(spawn(process.execPath, ['-e', wait], { stdio: 'ignore' }));
// Its own child says its number, and is of its group.
const leader = "const { spawn } = require('node:child_process');"
  + "console.log(spawn(process.execPath, ['-e', '" + wait + "'], { stdio: 'ignore' }).pid);" + wait;
const group = owned(spawn(process.execPath, ['-e', leader], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] }), { isGroup: true });
atEnd(() => { throw new Error('planted'); });
atEnd(() => writeFileSync(process.argv[2], 'ended'));
atEnd(() => writeFileSync(process.argv[2], 'taken back'))();
group.stdout.once('data', (pid) => {
  console.log(JSON.stringify({ folders: [folder, kept], pids: [alone.pid, group.pid, Number(pid)] }));
  if (process.argv[3] === 'throws') throw new Error('planted');
  if (process.argv[3] === 'ends') process.exit(3);
});
`;

let place = '';
let kept = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'tidegate-'));
  writeFileSync(join(place, 'script.mjs'), PROGRAM);
});
afterEach(() => {
  rmSync(place, { recursive: true });
  rmSync(kept, { recursive: true, force: true });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function started(end: string) {
  const child: ChildProcess = spawn(process.execPath, [join(place, 'script.mjs'), join(place, 'told'), end], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  let text = '';
  for await (const part of child.stdout as NonNullable<typeof child.stdout>) {
    text += part;
    if (text.includes('\n')) break;
  }
  return { child, ended, ...(JSON.parse(text) as { readonly folders: [string, string]; readonly pids: number[] }) };
}

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['throws', 1],
  ['ends', 3],
] as const)('programs and folders of a script go with it: %s', async (end, status) => {
  const { child, ended, folders, pids } = await started(end);
  kept = folders[1];
  if (end === 'SIGINT' || end === 'SIGTERM') {
    expect([pids.map(isAlive), existsSync(folders[0])]).toEqual([[true, true, true], true]);
    child.kill(end);
  }
  expect((await ended)[0]).toBe(status);
  await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  expect([folders.map(existsSync), existsSync(join(place, 'told'))]).toEqual([[false, true], true]);
});
