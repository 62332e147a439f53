import type { ApiStreamDetail } from '../../api.ts';
import { epochOf } from './stream.ts';

/** A class that somebody has told for a span; epoch ms, both ends belong to it. */
export interface LabelSpan {
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

/** Labels in the order in which they came; without those whose times cannot be read. */
export function labelSpans(detail: Pick<ApiStreamDetail, 'labels'> | undefined): readonly LabelSpan[] {
  return (detail?.labels ?? []).flatMap(({ from, to, label }) => {
    const [start, end] = [epochOf(from), epochOf(to)];
    return start === null || end === null ? [] : [{ from: start, to: end, label }];
  });
}

/** The label of a row: of several the one that came last. @param ms length of the row; 0: a reading */
export function labelOf(labels: readonly LabelSpan[], at: number, ms: number): string | undefined {
  return labels.findLast(({ from, to }) => from <= at + ms && to >= at)?.label;
}
