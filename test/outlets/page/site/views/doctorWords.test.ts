import { expect, it, test } from 'vitest';
import type { Finding } from '../../../../../src/domain/finding.ts';
import { doctorWords, inOrderOfWorth } from '../../../../../src/outlets/page/site/views/system/doctorWords.ts';

const finding = (verdict: string): Finding => ({ check: verdict, verdict: verdict as Finding['verdict'], found: 'x' });

it('shows the worst first, and an unknown verdict among the notes', () => {
  const found = inOrderOfWorth(['ok', 'note', 'failed', 'strange', 'warning'].map(finding));
  expect(found.map(({ check, kind }) => [check, kind])).toEqual([
    ['failed', 'alarm'],
    ['warning', 'warning'],
    ['note', 'idle'],
    ['strange', 'idle'],
    ['ok', 'good'],
  ]);
});

test.each([
  [['ok', 'note'], 'nothing that is wrong'],
  [['warning', 'ok'], '1 thing can be lost'],
  [['warning', 'warning'], '2 things can be lost'],
  [['failed', 'warning'], '1 thing does not work'],
  [['failed', 'failed'], '2 things do not work'],
])('sums up %o as "%s"', (verdicts, words) => {
  expect(doctorWords(verdicts.map(finding))).toBe(words);
});
