import { expect, test } from 'vitest';
import { DROP_REASONS } from '../../src/domain/dropReason.ts';

/** They are keys of the health payload and counters of their own, so a rename breaks dashboards. */
test('drop reasons keep their names', () => {
  expect(Object.keys(DROP_REASONS)).toEqual([
    'retained',
    'own-output',
    'no-stream',
    'bad-name',
    'name-taken',
    'too-large',
    'topic-too-long',
    'not-utf8',
    'not-json',
    'too-deep',
    'no-field',
    'not-decodable',
    'availability',
    'not-a-reading',
    'stale',
    'historical',
    'unnamed',
    'several-dialects',
    'missing',
    'not-a-number',
    'not-finite',
    'not-valid',
    'other-unit',
    'bad-time',
    'duplicate',
    'conflict',
    'out-of-order',
    'not-newer',
    'too-many-streams',
    'queue-full',
    'coalesced',
    'redelivered',
    'quarantined',
    'decoder-failed',
    'stream-failed',
    'learner-failed',
    'no-memory',
    'no-classes',
    'not-a-label',
    'label-unknown',
    'label-too-late',
    'label-of-the-future',
    'label-without-reading',
    'label-conflict',
    'bad-settings',
    'no-such-stream',
    'stopped',
  ]);
});

test.each(Object.entries(DROP_REASONS))('%s is a plain word and is explained in one line', (reason, meaning) => {
  expect(reason).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  expect(meaning).toMatch(/^[^\n]{20,}$/);
});

test('no two reasons are explained alike', () => {
  const meanings = Object.values(DROP_REASONS);
  expect(new Set(meanings).size).toBe(meanings.length);
});
