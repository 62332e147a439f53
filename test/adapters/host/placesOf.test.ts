import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placesOf } from '../../../src/adapters/host/placesOf.ts';

describe('placesOf', () => {
  let folder: string;
  const at = (...levels: readonly string[]): string => join(folder, ...levels);
  const found = (...paths: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(
      [...placesOf(paths)].map(([where, names]) => [where, names === 'all' ? names : [...names].sort()]),
    );

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'places-')));
    mkdirSync(at('etc'));
    mkdirSync(at('real'));
    writeFileSync(at('real', 'c.yaml'), '');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is the folder of a file, and of one that is not there', () => {
    expect(found(at('real', 'c.yaml'), at('real', 'none'))).toEqual({ [at('real')]: ['c.yaml', 'none'] });
  });

  it('is everything in a folder, and the folder that holds it', () => {
    expect(found(at('real'), at('real', 'c.yaml'))).toEqual({ [at('real')]: 'all', [folder]: ['real'] });
  });

  it('is the place of each link on the way', () => {
    symlinkSync('../real', at('etc', 'now'));
    symlinkSync('now/c.yaml', at('etc', 'c.yaml'));
    symlinkSync(at('etc'), at('conf'));
    expect(found(at('conf', 'c.yaml'))).toEqual({
      [folder]: ['conf'],
      [at('etc')]: ['c.yaml', 'now'],
      [at('real')]: ['c.yaml'],
    });
  });

  it('ends where links lead in a circle', () => {
    symlinkSync('b', at('a'));
    symlinkSync('a', at('b'));
    expect(Object.keys(found(at('a')))).toContain(folder);
  });
});
