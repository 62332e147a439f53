import type { Step } from '../domain/sample.ts';
import { judgeFirst } from './firstJudgement.ts';
import type { FirstRows } from './firstRows.ts';
import type { Usual } from './inputGuard.ts';
import { findReturnedFault } from './returnedFault.ts';

/**
 * Takes one of the first rows of a stream, and judges all of them: at the thirtieth also a fault that is not over yet, from then on
 * each that is over. Readings that were found to be faults and come again belong to the series: then none is a fault.
 * @param beginAgain lives through the rows before this one again, with the marks that they have now. It is told what the readings agree
 * on where only that says which ones are faults
 */
export function judgeFirstRows(rows: FirstRows, step: Step, beginAgain: (usual: Usual | undefined) => void): void {
  rows.add(step);
  const usual = rows.isFirstJudgement ? judgeFirst(rows.trusted) : undefined;
  if (usual !== undefined) rows.distrustOutside(usual);
  const fault = rows.areEnough ? findReturnedFault(rows.trusted) : undefined;
  const isRecurring = fault !== undefined && rows.isRecurring(fault);
  if (isRecurring) rows.trustAll();
  else if (fault !== undefined) rows.distrust(fault);
  if (fault !== undefined) beginAgain(undefined);
  else if (usual !== undefined) beginAgain(usual);
  if (isRecurring || rows.isFull) rows.close();
}
