import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasNodeSqlite } from '../../../src/adapters/store/sqlite/engine.ts';
import { createInlineStore } from '../../../src/adapters/store/thread/inlineStore.ts';
import type { StateStore } from '../../../src/domain/stateStore.ts';
import { readAll, streamId, temporaryFolder } from '../../contract/stateStoreContract.ts';
import { rounds, seededRandom } from '../../support/rounds.ts';

const CHILD = new URL('./crashChild.mjs', import.meta.url).pathname;
const STREAMS = 5;

/** Promises of a killed process: what it had said to be durable. */
interface Promised {
  entry: number;
  saved: number;
}

/** Lets it work on the folder and kills it after a while that differs. */
async function workAndDie(folder: string, kind: string, ms: number): Promise<Promised> {
  const child = spawn(process.execPath, [CHILD, folder, kind], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '') setTimeout(() => child.kill('SIGKILL'), ms);
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const [, signal] = await once(child, 'close');
  expect([signal, errors.slice(0, 2000)]).toEqual(['SIGKILL', '']);
  const last = (word: string): number =>
    Number(said.match(new RegExp(`^${word} (\\d+)$(?![\\s\\S]*^${word} )`, 'm'))?.[1] ?? 0);
  return { entry: last('entry'), saved: last('saved') };
}

const isFullOf = (bytes: Uint8Array, number: number, length: number): boolean =>
  bytes.length === length && new Uint32Array(bytes.slice().buffer).every((value) => value === number);

async function check(store: StateStore, { entry, saved }: Promised): Promise<void> {
  const { lastPosition, movedAside } = await store.open();
  expect(movedAside).toBeUndefined();
  expect(lastPosition).toBeGreaterThanOrEqual(entry);
  const { batches, damaged } = await readAll(store);
  expect(damaged).toBe(0);
  expect(batches.map(({ first }) => first)).toEqual(batches.map((_, i) => (batches[0]?.first ?? 0) + i));
  if (entry > 0) {
    // A trim may have been done and not been told any more: never to less than 30 before the last entry.
    expect(batches[0]?.first).toBeLessThanOrEqual(Math.max(1, lastPosition - 30));
    expect(batches.at(-1)?.first).toBe(lastPosition);
  }
  for (const { first, bytes } of batches) expect(isFullOf(bytes, first, 400)).toBe(true);
  for (let i = 0; i < STREAMS; i++) {
    const loaded = await store.load(streamId(`stream ${i}`));
    expect(loaded?.position ?? 0).toBeGreaterThanOrEqual(saved);
    if (loaded === undefined) continue;
    expect(isFullOf(loaded.bytes, loaded.position * STREAMS + i, 20_000)).toBe(true);
    // All streams of one request, or none.
    expect(loaded.position).toBe((await store.load(streamId('stream 0')))?.position);
    const older = await store.load(streamId(`stream ${i}`), loaded.generation);
    if (loaded.generation > 1) expect(older?.position).toBeLessThan(loaded.position);
  }
}

describe.each([
  ['the WebAssembly build', 'wasm', true],
  ['node:sqlite', 'node', hasNodeSqlite()],
  ['a thread of its own', 'thread', true],
])('kill -9 while %s writes', (_name, kind, isPossible) => {
  it.skipIf(!isPossible)(
    'loses nothing that was acknowledged and leaves nothing torn',
    async () => {
      const folder = temporaryFolder();
      const random = seededRandom(1);
      const promised = { entry: 0, saved: 0 };
      for (let kill = 0; kill < rounds(3, 70); kill++) {
        const { entry, saved } = await workAndDie(folder, kind, rounds(150, 20) + random(300));
        promised.entry = Math.max(promised.entry, entry);
        promised.saved = Math.max(promised.saved, saved);
        const store = createInlineStore({ folder, segmentBytes: 65_536, reserveBytes: 0 });
        await check(store, promised);
        await store.close();
      }
      expect(promised.entry).toBeGreaterThan(4);
      expect(promised.saved).toBeGreaterThan(0);
      rmSync(folder, { recursive: true });
    },
    rounds(20_000, 300_000),
  );
});
