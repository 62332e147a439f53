import type { DurationMs } from '../../domain/time.ts';
import type { StateArray } from '../../model/stateIo.ts';
import { LIVE } from '../liveAnomaly.ts';
import { type CarriedLearner, carryOver } from './carryOver.ts';
import { FORMER, type FormerNetworks } from './formerNetworks.ts';
import { arrayOf, type LearnerNumbers, numbersOf } from './numbers.ts';
import { placesBetween } from './places.ts';
import type { CarryPlan } from './plan.ts';
import { UNTAUGHT, untaughtAfter } from './untaught.ts';

const CLASSES = 'classes.';
const FIRST_ROWS = 'firstRows.';
/** Numbers of a first row before its other fields: time and reading. */
const OWN = 2;
/** Place of the time in the observation's `moment`. */
const AT = 3;

export interface PutAside {
  /** Networks that were put aside before. */
  readonly former: FormerNetworks;
  /** Time for which networks that are lost are put aside; 0: not at all. */
  readonly keptFor: DurationMs;
}

/**
 * The whole state of a stream's learner under its new settings.
 * @throws SnapshotError `damaged` where a number is missing
 */
export function carryState(
  old: LearnerNumbers,
  plan: CarryPlan,
  learner: CarriedLearner,
  { former, keptFor }: PutAside,
): Map<string, StateArray> {
  const state = carryOver(old, plan, learner, former);
  const at = arrayOf(old.entries, 'row.moment')[AT];
  for (const name of plan.lost) if (keptFor > 0) former.add(old, name, at);
  former.drop(plan.to);
  const untaught = untaughtAfter(old, plan);
  if (untaught > 0) state.set(UNTAUGHT, Float64Array.of(untaught));
  if (former.count > 0) for (const [name, array] of numbersOf(former)) state.set(FORMER + name, array);
  carryFirstRows(state, old, plan);
  for (const [name, array] of old.entries) if (name.startsWith(LIVE)) state.set(name, array);
  if (plan.areClassesKept)
    for (const [name, array] of old.entries) if (name.startsWith(CLASSES)) state.set(name, array);
  return state;
}

/** The rows of a young stream are all there, and are judged as before. */
function carryFirstRows(state: Map<string, StateArray>, { schema, entries }: LearnerNumbers, { to }: CarryPlan): void {
  for (const [name, array] of entries) if (name.startsWith(FIRST_ROWS)) state.set(name, array);
  const rows = entries.get(`${FIRST_ROWS}rows`);
  if (rows === undefined) return;
  const { inputs } = placesBetween(schema, to);
  const columns = [0, 1, ...inputs.map((place) => (place < 0 ? -1 : OWN + place))];
  const [width, formerWidth] = [OWN + to.exogenous, OWN + schema.exogenous];
  const moved = Float64Array.from({ length: (rows.length / formerWidth) * width }, (_, at) => {
    const column = columns[at % width];
    return column < 0 ? Number.NaN : rows[Math.floor(at / width) * formerWidth + column];
  });
  state.set(`${FIRST_ROWS}rows`, moved);
}
