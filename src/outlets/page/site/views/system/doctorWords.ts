import type { Finding } from '../../../../../domain/finding.ts';
import type { Mark } from '../../words/mark.ts';

const VERDICTS: readonly Finding['verdict'][] = ['failed', 'warning', 'note', 'ok'];
const MARKS: Readonly<Record<Finding['verdict'], Mark>> = {
  failed: 'alarm',
  warning: 'warning',
  note: 'idle',
  ok: 'good',
};

/** A finding with its mark; a verdict that this page does not know is a note. */
export function inOrderOfWorth(findings: readonly Finding[]): readonly (Finding & { readonly kind: Mark })[] {
  const place = ({ verdict }: Finding): number => {
    const at = VERDICTS.indexOf(verdict);
    return at < 0 ? VERDICTS.indexOf('note') : at;
  };
  return findings
    .map((finding) => ({ ...finding, kind: MARKS[VERDICTS[place(finding)] ?? 'note'] }))
    .sort((a, b) => place(a) - place(b));
}

/** Sums them up. */
export function doctorWords(findings: readonly Finding[]): string {
  const count = (wanted: Finding['verdict']): number => findings.filter(({ verdict }) => verdict === wanted).length;
  const [failed, warnings] = [count('failed'), count('warning')];
  if (failed > 0) return failed === 1 ? '1 thing does not work' : `${failed} things do not work`;
  if (warnings > 0) return warnings === 1 ? '1 thing can be lost' : `${warnings} things can be lost`;
  return 'nothing that is wrong';
}
