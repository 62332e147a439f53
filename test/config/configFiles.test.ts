import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { passedOver, readConfigFiles } from '../../src/config/configFiles.ts';
import { errorOf } from './context.ts';

describe('readConfigFiles', () => {
  let folder: string;
  let file: string;
  const write = (name: string, text = `# ${name}\n`): void => writeFileSync(join(folder, 'conf.d', name), text);
  const names = (): string[] => readConfigFiles(file).map(({ name }) => basename(name));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-files-'));
    file = join(folder, 'tidegate.yaml');
    writeFileSync(file, 'a: 1\n');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('reads the file alone where there is no folder', () => {
    expect(readConfigFiles(file)).toEqual([{ name: file, text: 'a: 1\n' }]);
  });

  it('reads the folder in the order of its names, and nothing that editors and Kubernetes leave there', () => {
    mkdirSync(join(folder, 'conf.d'));
    mkdirSync(join(folder, 'conf.d', '..data'));
    for (const name of ['20.yaml', '10.yaml', '9.yaml', '10.yaml~', '.10.yaml.swp', '.#10.yaml', 'note.txt', 'old.yml'])
      write(name);
    symlinkSync('nowhere', join(folder, 'conf.d', '.#20.yaml'));
    expect(names()).toEqual(['tidegate.yaml', '10.yaml', '20.yaml', '9.yaml']);
    expect(passedOver({ file })).toEqual([join(folder, 'conf.d', 'old.yml')]);
  });

  it('follows links', () => {
    mkdirSync(join(folder, 'conf.d'));
    writeFileSync(join(folder, 'elsewhere'), 'b: 2\n');
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'conf.d', 'a.yaml'));
    expect(readConfigFiles(file)[1]?.text).toBe('b: 2\n');
  });

  it.each([
    [
      'a folder in the place of a file',
      () => mkdirSync(join(folder, 'conf.d', 'x.yaml')),
      'TG_CONFIG_UNREADABLE',
      /x\.yaml.*EISDIR/,
    ],
    ['a link to nothing', () => symlinkSync('no', join(folder, 'conf.d', 'x.yaml')), 'TG_CONFIG_NOT_FOUND', /x\.yaml/],
    ['more than a mebibyte', () => write('x.yaml', '#'.repeat(1_048_577)), 'TG_CONFIG_INVALID', /x\.yaml.*1 MiB/],
    [
      'more than four mebibytes in all',
      () => {
        for (const name of ['1', '2', '3', '4']) write(`${name}.yaml`, '#'.repeat(1_048_576));
      },
      'TG_CONFIG_INVALID',
      /4\.yaml.*4 MiB/,
    ],
    [
      'more than 256 files',
      () => Array.from({ length: 257 }, (_, i) => write(`${i}.yaml`)),
      'TG_CONFIG_INVALID',
      /256 files/,
    ],
  ])('refuses %s', (_, make, code, message) => {
    mkdirSync(join(folder, 'conf.d'));
    make();
    const error = errorOf(() => readConfigFiles(file));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it('refuses a folder that is a file', () => {
    writeFileSync(join(folder, 'conf.d'), '');
    expect(errorOf(() => readConfigFiles(file)).code).toBe('TG_CONFIG_UNREADABLE');
  });
});
