import type { CarriedState, CarryReport } from '../../domain/carryReport.ts';
import type { ExpertName } from '../../domain/expertName.ts';
import { describeChanges } from './describeChanges.ts';
import { inputKeys, linearFeatures, networkFeatures, networksOf } from './names.ts';
import type { LearnerSchema } from './schema.ts';

/** Fate of one network. `added`: the former configuration had none of that name, so nothing is lost. */
type NetworkFate = CarriedState | 'added';

/** Fate of everything that was learned under one schema where another one holds. */
export interface CarryPlan extends CarryReport {
  readonly from: LearnerSchema;
  readonly to: LearnerSchema;
  readonly networks: ReadonlyMap<ExpertName, NetworkFate>;
  /** Networks of before whose weights do not go on as they are. */
  readonly lost: readonly ExpertName[];
  /** The rows kept of the stream are lived through once more, for what is new to know them. */
  readonly needsRows: boolean;
  /** Networks learn from these rows. */
  readonly teachesNetworks: boolean;
  /** Steps of horizons that are forecast as if they were new: what was learned of them before was learned without the networks. */
  readonly renewed: readonly number[];
}

const ORDER: readonly NetworkFate[] = ['kept', 'grown', 'added', 'returned', 'adapted', 'anew'];
/** Fates of networks that learn from the rows kept of the stream. */
const LEARNING: readonly NetworkFate[] = ['added', 'returned', 'adapted', 'anew'];

/** Tells if a network of that name, with exactly these sizes, was put aside. */
export type IsPutAside = (schema: LearnerSchema, name: ExpertName) => boolean;

/** The plan of a change. It depends on the two schemas, and on what was put aside, so that it can be told before the change is made. */
export function planCarryOver(from: LearnerSchema, to: LearnerSchema, isPutAside: IsPutAside): CarryPlan {
  const fate = (name: ExpertName): NetworkFate => {
    const found = fateOf(name, from, to);
    return found !== 'kept' && isPutAside(to, name) ? 'returned' : found;
  };
  const networks = new Map(networksOf(to).map((name) => [name, fate(name)]));
  const fates = [...networks.values()];
  const lost = networksOf(from).filter((name) => isLost(networks.get(name)));
  const teachesNetworks = fates.some(learnsRows);
  const hasNew = hasMore(to.horizons, from.horizons) || hasMore(to.experts, from.experts);
  return {
    from,
    to,
    networks,
    lost,
    needsRows: teachesNetworks || hasNew || from.horizons[0] !== to.horizons[0],
    teachesNetworks,
    renewed: [],
    state: worst([stateOfRest(from, to), ...fates.map((each) => (each === 'added' ? 'grown' : each))]),
    changes: describeChanges(from, to),
    anew: [...networks].flatMap(([name, fate]) => (fate === 'anew' ? [name] : [])),
    areClassesKept: areClassesKept(from, to),
  };
}

/**
 * The plan by which the networks of a learner learn the rows kept of its stream, for horizons that are new to them. Nothing of its other
 * horizons is another. @param horizons steps of each
 */
export function teachingPlan(schema: LearnerSchema, horizons: readonly number[]): CarryPlan {
  const networks = new Map(networksOf(schema).map((name) => [name, 'adapted' as const]));
  const plan = planCarryOver(schema, schema, () => false);
  return { ...plan, networks, needsRows: true, teachesNetworks: true, renewed: horizons };
}

/** Tells if a network of that name has the same numbers under both schemas. */
export function isSameNetwork(name: ExpertName, a: LearnerSchema, b: LearnerSchema): boolean {
  const layout = (schema: LearnerSchema, other: LearnerSchema): string =>
    JSON.stringify([
      schema.cell,
      schema.hidden,
      schema.horizons,
      networkFeatures(schema, inputKeys(schema, other), name),
    ]);
  return networksOf(a).includes(name) && networksOf(b).includes(name) && layout(a, b) === layout(b, a);
}

function fateOf(name: ExpertName, from: LearnerSchema, to: LearnerSchema): NetworkFate {
  if (!networksOf(from).includes(name)) return 'added';
  // Peepholes of weight 0 change nothing.
  const isCellKept = to.cell === from.cell || (from.cell === 'lstm' && to.cell === 'lstm_peephole');
  if (!isCellKept) return 'anew';
  if (to.hidden < from.hidden) return 'adapted';
  const before = networkFeatures(from, inputKeys(from, to), name);
  const after = networkFeatures(to, inputKeys(to, from), name);
  const areScalesKept = to.horizons[0] === from.horizons[0] || to.inputs.lags === 0;
  if (hasMore(before, after) || !areScalesKept) return 'adapted';
  const isLarger = to.hidden > from.hidden || to.cell !== from.cell;
  return isLarger || hasMore(after, before) || hasMore(to.horizons, from.horizons) ? 'grown' : 'kept';
}

/** The classifier has a network with the cell of the forecasters, and looks at all fields of the message in their order. */
function areClassesKept(from: LearnerSchema, to: LearnerSchema): boolean {
  return from.cell === to.cell && String(inputKeys(from, to)) === String(inputKeys(to, from));
}

/** Fate of the linear model, the mix and the horizons. */
function stateOfRest(from: LearnerSchema, to: LearnerSchema): CarriedState {
  const before = linearFeatures(from, inputKeys(from, to));
  const after = linearFeatures(to, inputKeys(to, from));
  if (hasMore(before, after) || hasMore(from.experts, to.experts)) return 'adapted';
  const isMore = hasMore(after, before) || hasMore(to.horizons, from.horizons) || hasMore(to.experts, from.experts);
  return isMore ? 'grown' : 'kept';
}

/** It is another network than before, and learns from the rows kept of the stream. */
export function learnsRows(fate: NetworkFate): boolean {
  return LEARNING.includes(fate);
}

function isLost(fate: NetworkFate | undefined): boolean {
  return fate === undefined || learnsRows(fate);
}

function worst(states: readonly CarriedState[]): CarriedState {
  return states.reduce((worse, state) => (ORDER.indexOf(state) > ORDER.indexOf(worse) ? state : worse));
}

/** Tells if `some` has what `others` have not. */
function hasMore<T>(some: readonly T[], others: readonly T[]): boolean {
  return some.some((each) => !others.includes(each));
}
