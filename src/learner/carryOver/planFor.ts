import type { CarryReport } from '../../domain/carryReport.ts';
import type { LearnerSettings } from '../../domain/streamSettings.ts';
import type { SnapshotContents } from '../../model/restoreSnapshot.ts';
import { formerIn } from './formerNetworks.ts';
import { planCarryOver } from './plan.ts';
import { parseSchema, schemaOf } from './schema.ts';

/**
 * Fate of a snapshot under these settings.
 * @returns undefined where no learner can have left it
 * @throws SnapshotError where what was put aside is damaged
 */
export function planFor({ schema, entries }: SnapshotContents, settings: LearnerSettings): CarryReport | undefined {
  const from = parseSchema(schema);
  if (from === undefined) return undefined;
  const { state, changes, anew, areClassesKept } = planCarryOver(from, schemaOf(settings), formerIn(entries).has);
  return { state, changes, anew, areClassesKept };
}
