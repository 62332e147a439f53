import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runInProcess } from '../support/runInProcess.ts';

const STREAM = '{topic: a, model: {profile: tiny, kernel: plain, hidden: 4}}';

describe('check, of a configuration of several files', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'check-options-'));
    writeFileSync(
      join(folder, 'c.yaml'),
      `mqtt: {server: "ws://h/mqtt?token=s3cret", user: u}\nstreams: [${STREAM}]\n`,
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('says nothing of files where there is one, and everything with --options', async () => {
    const plain = await runInProcess(folder, ['check', '-c', 'c.yaml']);
    expect([plain.exit, plain.both.includes('mqtt.server')]).toEqual([0, false]);
    const { both } = await runInProcess(folder, ['check', '-c', 'c.yaml', '--options']);
    expect(both).toMatch(/mqtt\.server +ws:\/\/h\/\*\*\* +c\.yaml/);
    expect(both).toMatch(/mqtt\.user +\*\*\* +c\.yaml/);
    expect(both).toMatch(/mqtt\.base_topic +tidegate +default/);
    expect(both).toMatch(/streams\[0\] +a +c\.yaml/);
    expect(both).not.toContain('s3cret');
  });

  it('says where each option comes from, and which file is not read', async () => {
    mkdirSync(join(folder, 'conf.d'));
    writeFileSync(join(folder, 'conf.d', '10.yaml'), 'mqtt: {base_topic: x}\n');
    writeFileSync(join(folder, 'conf.d', '20.yml'), 'mqtt: {base_topic: y}\n');
    const env = { TIDEGATE__LOG__LEVEL: 'debug' };
    const { exit, both } = await runInProcess(folder, ['check', '-c', 'c.yaml'], { env });
    expect(exit).toBe(0);
    expect(both).toMatch(/mqtt\.base_topic +x +conf\.d\/10\.yaml/);
    expect(both).toMatch(/log\.level +debug +TIDEGATE__LOG__LEVEL/);
    expect(both).toContain('20.yml is not read: its name has to end in .yaml');
    expect(both).not.toContain('default');
    const { both: json } = await runInProcess(folder, ['check', '-c', 'c.yaml', '--json'], { env });
    const { options, streams, warnings } = JSON.parse(json.slice(json.indexOf('{')));
    expect(options).toContainEqual({
      option: 'mqtt.base_topic',
      value: 'x',
      origin: join(folder, 'conf.d', '10.yaml'),
    });
    expect(streams[0].origin).toBe(join(folder, 'c.yaml'));
    expect(warnings).toContainEqual(expect.stringContaining('20.yml'));
  });

  it('names the file that is wrong', async () => {
    mkdirSync(join(folder, 'conf.d'));
    writeFileSync(join(folder, 'conf.d', '10.yaml'), 'mqtt:\n  qos: 9\n');
    const { exit, both } = await runInProcess(folder, ['check', '-c', 'c.yaml']);
    expect(exit).toBe(78);
    expect(both).toContain(`${join(folder, 'conf.d', '10.yaml')}:2:8: mqtt.qos: `);
  });
});
