import type { CarryReport } from '../../domain/carryReport.ts';
import type { DurationMs } from '../../domain/time.ts';
import { readSnapshot, type SnapshotContents } from '../../model/restoreSnapshot.ts';
import { SnapshotError, VERSION } from '../../model/snapshotFormat.ts';
import type { CarriedLearner } from './carryOver.ts';
import { carryState } from './carryState.ts';
import { formerIn } from './formerNetworks.ts';
import { planCarryOver } from './plan.ts';
import { type LearnerSchema, parseSchema, toSchemaText } from './schema.ts';

export interface CarryParts {
  readonly learner: CarriedLearner;
  /** Time for which networks that are lost are put aside. */
  readonly keptFor: DurationMs;
  /** The snapshot, which is of an older format, as the present one has it. */
  readonly translate: (schema: LearnerSchema) => Uint8Array;
}

type Contents = Omit<SnapshotContents, 'schema'> & { readonly carried: CarryReport | undefined };

/**
 * Contents that a learner of that schema goes on from: the snapshot as it is, or what fits of one of another schema.
 * @throws SnapshotError where it cannot be used
 */
export function contentsFor(snapshot: SnapshotContents, schema: LearnerSchema, parts: CarryParts): Contents {
  const { schema: text, version, entries } = snapshot;
  if (text === toSchemaText(schema)) return { version, entries, carried: undefined };
  const from = parseSchema(text);
  if (from === undefined) throw new SnapshotError('mismatch', `made for ${text}, which can be no learner's`);
  const old = version === VERSION ? entries : readSnapshot(parts.translate(from)).entries;
  const former = formerIn(old);
  const plan = planCarryOver(from, schema, former.has);
  const { state, changes, anew, areClassesKept } = plan;
  return {
    version: VERSION,
    entries: carryState({ schema: from, entries: old }, plan, parts.learner, { former, keptFor: parts.keptFor }),
    carried: { state, changes, anew, areClassesKept },
  };
}
