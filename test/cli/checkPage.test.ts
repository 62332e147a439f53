import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runInProcess } from '../support/runInProcess.ts';

test.each([
  [
    'a page of 2 MB',
    {},
    'page: at most 2.0 MB for the history of all streams: 163 of them have 12.5 KiB each',
    2_097_152,
  ],
  ['a page of 8 MB', { memory: '8MB' }, 'page: at most 8.0 MB for the history of all streams', 8_388_608],
  ['no page', { enabled: false }, undefined, 0],
])('check tells the bound of the memory of the page: %s', async (_, page, line, bytes) => {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  try {
    const streams = [{ topic: 'a', model: { profile: 'tiny', kernel: 'plain', hidden: 4 } }];
    writeFileSync(join(folder, 'c.yaml'), JSON.stringify({ mqtt: { server: 'mqtt://h' }, page, streams }));
    const { exit, both } = await runInProcess(folder, ['check', '-c', 'c.yaml']);
    expect(exit).toBe(0);
    const said = both.replaceAll(/\n {2}/g, ' ');
    if (line === undefined) expect(said).not.toContain('page:');
    else expect(said).toContain(line);
    expect(Math.max(...both.split('\n').map((each) => each.length))).toBeLessThanOrEqual(100);
    const { both: json } = await runInProcess(folder, ['check', '-c', 'c.yaml', '--json']);
    expect(JSON.parse(json)).toMatchObject({ page_memory: bytes });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
