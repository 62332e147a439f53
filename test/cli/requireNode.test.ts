import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OLDEST_NODE, requireNode } from '../../src/cli/requireNode.ts';

const [major, minor] = OLDEST_NODE;

it('asks for what the package asks for', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(manifest.engines.node).toBe(`>=${major}.${minor}`);
});

it.each([`${major}.${minor}.0`, `${major}.${minor + 1}.4`, `${major + 1}.0.0`, '24.22.3', '25.0.0-nightly2026'])(
  'lets %s run',
  (version) => expect(() => requireNode(version)).not.toThrow(),
);

it('names both versions to any that is older', () => {
  const older = fc.oneof(
    fc.tuple(fc.nat(major - 1), fc.nat(99), fc.nat(99)),
    fc.tuple(fc.constant(major), fc.nat(minor - 1), fc.nat(99)),
  );
  fc.assert(
    fc.property(older, (parts) => {
      const version = parts.join('.');
      expect(() => requireNode(version)).toThrow(`Node.js ${major}.${minor} or newer is needed, this is ${version}`);
    }),
  );
});
