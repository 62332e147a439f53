import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { stackOf, toSourcePlaces } from '../../../src/adapters/host/sourcePlaces.ts';
import { MAIN } from '../../support/built.ts';
import { portOf } from '../../support/freePort.mjs';

const DIST = dirname(MAIN);

/** Where a text is in a file, as V8 counts; it occurs there once. */
function placeOf(file: string, text: string): { readonly line: number; readonly column: number } {
  const [before = '', ...others] = readFileSync(file, 'utf8').split(text);
  expect(others, `"${text}" in ${file}`).toHaveLength(1);
  const lines = before.split('\n');
  return { line: lines.length, column: (lines.at(-1) as string).length + 1 };
}

function chunkWith(text: string): string {
  const name = readdirSync(DIST).find(
    (file) => file.endsWith('.js') && readFileSync(join(DIST, file), 'utf8').includes(text),
  );
  return join(DIST, name as string);
}

it.each([
  ['src/adapters/mqtt/client/serverAddress.ts', 'mqtt.server is not mqtt://'],
  ['src/adapters/store/snapshots/snapshotTable.ts', 'rows of the state file are out of order'],
])('a place of the bundle becomes the one in %s, as path and as URL', (source, text) => {
  const chunk = chunkWith(text);
  const { line, column } = placeOf(chunk, text);
  const sourceLine = placeOf(source, text).line;
  for (const name of [chunk, pathToFileURL(chunk).href]) {
    const told = toSourcePlaces(`Error: x\n    at f (${name}:${line}:${column})\n    at ${name}:${line}:${column}`);
    expect(told).toMatch(
      new RegExp(`^Error: x\n    at f \\(${source}:${sourceLine}:\\d+\\)\n    at ${source}:${sourceLine}:\\d+$`),
    );
  }
});

it('leaves a place without a map, and a text that holds none, as they are', () => {
  const stack = 'Error: /a/b.js\n    at f (/nowhere/c.js:1:2)\n    at node:internal/x:3:4';
  expect(toSourcePlaces(stack)).toBe(stack);
  const error = new Error('plain');
  expect(stackOf(error)).toContain('plain');
});

it('tells of a port that is taken without the places of Node.js, and keeps them beside one of ours', async () => {
  const [one, other] = [createServer(), createServer()];
  await once(one.listen(0, '127.0.0.1'), 'listening');
  const port = portOf(one);
  other.listen(port, '127.0.0.1');
  const [error] = (await once(other, 'listening').catch((thrown) => [thrown])) as [Error];
  one.close();
  expect(error.stack).toContain('\n    at ');
  expect(stackOf(error)).toBe(`Error: listen EADDRINUSE: address already in use 127.0.0.1:${port}`);

  error.stack = `Error: x\n    at f (node:net:1:2)\n    at g (/nowhere/c.js:1:2)\n    at node:net:3:4`;
  expect(stackOf(error)).toBe(error.stack);
});
