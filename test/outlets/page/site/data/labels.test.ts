import { expect, it } from 'vitest';
import { labelOf, labelSpans } from '../../../../../src/outlets/page/site/data/labels.ts';

const AT = Date.UTC(2026, 2, 12);
const iso = (at: number): string => new Date(at).toISOString();

it('knows the label of a reading and of a bucket, of several the one that came last', () => {
  const labels = labelSpans({
    labels: [
      { from: iso(AT), to: iso(AT + 100), label: 'wash' },
      { from: 'never', to: iso(AT), label: 'lost' },
      { from: iso(AT + 50), to: iso(AT + 60), label: 'spin' },
    ],
  });
  expect(labels.map(({ label }) => label)).toEqual(['wash', 'spin']);
  expect([-1, 0, 50, 60, 61, 100, 101].map((ms) => labelOf(labels, AT + ms, 0))).toEqual([
    undefined,
    'wash',
    'spin',
    'spin',
    'wash',
    'wash',
    undefined,
  ]);
  expect(labelOf(labels, AT - 10, 10)).toBe('wash');
  expect(labelOf(labels, AT - 10, 9)).toBeUndefined();
  expect(labelSpans(undefined)).toEqual([]);
});
