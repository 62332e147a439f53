import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { errorOf } from './context.ts';

const SMALLEST = 'mqtt: {server: mqtt://h, user: u}\nstreams: [{topic: a}]\n';

describe('loadConfig', () => {
  let cwd: string;
  const write = (name: string, content: string | Uint8Array = SMALLEST): string => {
    const path = join(cwd, name);
    writeFileSync(path, content);
    return path;
  };
  const base = () => ({ env: {}, cwd, hostname: 'pi', places: ['tidegate.yaml', join(cwd, 'etc.yaml')] });

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'tidegate-config-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  it('looks at -c, then the variable, then the folder, then the system', () => {
    const env = { TIDEGATE_CONFIG: 'var.yaml' };
    const system = write('etc.yaml');
    expect(loadConfig(base()).file).toBe(system);
    const local = write('tidegate.yaml');
    expect(loadConfig(base()).file).toBe(local);
    expect(loadConfig({ ...base(), env: { TIDEGATE_CONFIG: '' } }).file).toBe(local);
    const variable = write('var.yaml');
    expect(loadConfig({ ...base(), env }).file).toBe(variable);
    const flag = write('flag.yaml');
    expect(loadConfig({ ...base(), env, file: 'flag.yaml' }).file).toBe(flag);
  });

  it('names all places where there is no file', () => {
    const error = errorOf(() => loadConfig(base()));
    expect(error.code).toBe('TG_CONFIG_NOT_FOUND');
    for (const place of ['-c', '$TIDEGATE_CONFIG', join(cwd, 'tidegate.yaml'), join(cwd, 'etc.yaml')])
      expect(error.message).toContain(place);
  });

  it('does not look elsewhere when the named file is missing', () => {
    write('tidegate.yaml');
    expect(errorOf(() => loadConfig({ ...base(), file: 'no.yaml' })).message).toContain(join(cwd, 'no.yaml'));
    const error = errorOf(() => loadConfig({ ...base(), env: { TIDEGATE_CONFIG: 'no.yaml' } }));
    expect(error.code).toBe('TG_CONFIG_NOT_FOUND');
    expect(error.message).toContain('$TIDEGATE_CONFIG');
  });

  it('reads secrets beside the file, wherever it is started', () => {
    mkdirSync(join(cwd, 'sub'));
    write('sub/pw', 'swordfish\n');
    write('sub/c.yaml', 'mqtt: {server: mqtts://h, user: u, password: !file pw, ca: ca.pem}\nstreams: [{topic: a}]\n');
    const { mqtt } = loadConfig({ ...base(), file: 'sub/c.yaml' });
    expect([mqtt.password, mqtt.ca]).toEqual(['swordfish', join(cwd, 'sub/ca.pem')]);
  });

  it('finds the credential of systemd through its variable', () => {
    write('mqtt-password', 'from systemd\n');
    write('tidegate.yaml');
    expect(loadConfig({ ...base(), env: { CREDENTIALS_DIRECTORY: cwd } }).mqtt.password).toBe('from systemd');
    expect(loadConfig({ ...base(), credentialsDirectory: cwd }).mqtt.password).toBe('from systemd');
    expect(loadConfig(base()).mqtt.password).toBeUndefined();
  });

  it('says why a file cannot be read', () => {
    mkdirSync(join(cwd, 'folder.yaml'));
    const error = errorOf(() => loadConfig({ ...base(), file: 'folder.yaml' }));
    expect([error.code, error.exit]).toEqual(['TG_CONFIG_UNREADABLE', 77]);
    expect(error.message).toContain('EISDIR');
  });

  it('refuses bytes that are not UTF-8 and files without measure', () => {
    write('tidegate.yaml', Uint8Array.of(0x61, 0x3a, 0xff, 0xfe));
    expect(errorOf(() => loadConfig(base())).message).toMatch(/not UTF-8/);
    write('tidegate.yaml', `${SMALLEST}#${'x'.repeat(1_048_576)}`);
    expect(errorOf(() => loadConfig(base())).message).toMatch(/1 MiB/);
  });

  it('reads a file with byte order mark and Windows line ends, and places its faults', () => {
    write('tidegate.yaml', `\ufeff${SMALLEST.replaceAll('\n', '\r\n')}`);
    expect(loadConfig(base()).streams[0]?.topic).toBe('a');
    const path = write('tidegate.yaml', `\ufeff${SMALLEST}log: {level: x}\n`.replaceAll('\n', '\r\n'));
    expect(errorOf(() => loadConfig(base())).message).toContain(`${path}:3:14: log.level`);
  });
});
