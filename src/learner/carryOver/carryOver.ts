import type { ExpertName } from '../../domain/expertName.ts';
import type { Step } from '../../domain/sample.ts';
import type { StateArray } from '../../model/stateIo.ts';
import { carryLinear } from './carryLinear.ts';
import { carryMemory } from './carryMemory.ts';
import { carryNetwork, giveWeights } from './carryNetworks.ts';
import { carryTracks } from './carryTracks.ts';
import type { FormerNetworks } from './formerNetworks.ts';
import { keptRows } from './keptRows.ts';
import { arrayOf, type LearnerNumbers, numberOf } from './numbers.ts';
import { formerName, type Places, placesBetween } from './places.ts';
import { type CarryPlan, learnsRows } from './plan.ts';
import { rewind } from './rewind.ts';

/** A learner of the new settings while it is made: everything of it but its first rows and classes. */
export interface CarriedLearner {
  /** Copies of all its numbers. */
  numbers(): Map<string, StateArray>;
  /** Begins anew and goes on from these numbers. */
  restore(numbers: Map<string, StateArray>): void;
  /** Takes a step that the stream has taken before. @param learns networks too */
  relive(step: Step, learns: boolean): void;
}

/** Numbers that a network has learned: they go from one pass through the rows to the next. */
const OF_LEARNING = /\.network\.(weights|moment1|moment2|adam|updates|guard\..*)$/;
/** Numbers of a horizon: who of the experts is listened to, the interval, the skill, and what waits for its target. */
const OF_TRACKS = /^horizon\d/;
/** Start of the names of a row's numbers that are there before anyone forecasts from it. */
const OF_ROWS = 'row.';
/** Times that a network lives through the rows that knows nothing yet. More follow their noise. */
const PASSES = 3;
/** Times that networks live through the rows to learn further horizons. */
const PASSES_FOR_HORIZONS = 2;

/** Parts that are put together from several numbers of the former learner. */
const COMPOSED =
  /^(panel\.(linear\.(model|pending|mean|errorScale|rows)|memory\.|lstm_)|horizon\d+\.(forecasts|issued|mix\.(weights|gate)))/;

/**
 * The numbers of a learner under its new settings: what fits of the former ones, and the rest from the rows kept of the stream, which
 * `learner` lives through. What is old is never changed by these rows, they were learned before.
 * @param former networks of the settings before: one of the same sizes comes back
 */
export function carryOver(
  old: LearnerNumbers,
  plan: CarryPlan,
  learner: CarriedLearner,
  former: FormerNetworks,
): Map<string, StateArray> {
  const begun = merge(old, { schema: plan.to, entries: learner.numbers() }, plan, true);
  const steps = plan.needsRows ? keptRows(old, plan.to) : [];
  if (steps.length === 0) return begun;
  for (const [name, fate] of plan.networks) {
    const found = fate === 'returned' ? former.find(plan.to, name) : undefined;
    if (found !== undefined) giveWeights(begun, name, found.weights, found.updates);
  }
  if (plan.renewed.length > 0) hasten(begun, plan);
  rewind(begun, steps[0].value);
  const lives: Map<string, StateArray>[] = [];
  for (let pass = passesOf(plan); pass > 0; pass--) {
    learner.restore(begun);
    for (const step of steps) learner.relive(step, plan.teachesNetworks);
    const lived = learner.numbers();
    for (const [name, array] of lived) if (OF_LEARNING.test(name)) begun.set(name, array);
    lives.push(lived);
  }
  const [first, last] = [lives[0], lives[lives.length - 1]];
  if (plan.renewed.length > 0) giveTracks(last, first);
  return merge(old, { schema: plan.to, entries: last }, plan, false);
}

/** The networks learn at the rate of young ones: at that of years, a pass through the rows would teach them little. */
function hasten(numbers: Map<string, StateArray>, { networks }: CarryPlan): void {
  for (const name of networks.keys()) numbers.set(`panel.${name}.network.updates`, Float64Array.of(0));
}

/** Mix, interval and skill are those of the first pass: in a later one the networks forecast rows that they have learned. */
function giveTracks(to: Map<string, StateArray>, from: ReadonlyMap<string, StateArray>): void {
  for (const [name, array] of from) if (OF_TRACKS.test(name)) to.set(name, array);
}

function passesOf({ networks, renewed }: CarryPlan): number {
  if (renewed.length > 0) return PASSES_FOR_HORIZONS;
  return [...networks.values()].some((fate) => fate === 'anew' || fate === 'added') ? PASSES : 1;
}

/** @param isBeginning `fresh` has lived through nothing: what it will learn from the rows begins as it was before, where that fits */
function merge(
  old: LearnerNumbers,
  fresh: LearnerNumbers,
  plan: CarryPlan,
  isBeginning: boolean,
): Map<string, StateArray> {
  const places = placesBetween(old.schema, fresh.schema, plan.renewed);
  const placesOfRows = placesBetween(old.schema, fresh.schema);
  const result = new Map<string, StateArray>(fresh.entries);
  for (const [name, array] of fresh.entries) {
    if (COMPOSED.test(name)) continue;
    const before = old.entries.get(formerName(name, name.startsWith(OF_ROWS) ? placesOfRows : places) ?? '');
    if (before?.length === array.length && before.constructor === array.constructor) result.set(name, before);
  }
  carryScales(result, old, placesOfRows);
  carryPast(result, old, fresh, places);
  const others = isBeginning ? [] : [...plan.networks].flatMap(([name, fate]) => (learnsRows(fate) ? [name] : []));
  // Networks that learned more rows are the same experts still.
  const strangers = plan.renewed.length > 0 ? [] : others;
  const isOther = fresh.schema.experts.map(
    (name, i) => strangers.includes(name) || (!isBeginning && places.experts[i] < 0),
  );
  const isMixOther = strangers.some((name) => plan.networks.get(name) !== 'added');
  carryTracks(result, { old, fresh, places, isOther, isMixOther });
  const lagFactor = factorOf(old, fresh);
  carryLinear(result, old, fresh, places, rowsOfRings(old, fresh, 'linear', places, isBeginning));
  for (const [name, array] of carryMemory(old, fresh, lagFactor)) result.set(name, array);
  for (const [name, fate] of plan.networks) {
    if (fate === 'anew' || fate === 'added' || fate === 'returned' || others.includes(name)) continue;
    if (isUntouched(name, plan)) copyAll(result, old, `panel.${name}.`);
    else
      carryNetwork(
        result,
        { old, fresh, places, lagFactor, rows: rowsOfRings(old, fresh, name, places, isBeginning) },
        name,
      );
  }
  return result;
}

/** Nothing of the network and of its window is another. */
function isUntouched(name: ExpertName, { from, to, networks }: CarryPlan): boolean {
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  const isWindowKept = same(from.bptt, to.bptt) && from.replays > 0 === to.replays > 0;
  return networks.get(name) === 'kept' && isWindowKept && same(from.horizons, to.horizons);
}

function copyAll(result: Map<string, StateArray>, { entries }: LearnerNumbers, start: string): void {
  for (const [name, array] of entries) if (name.startsWith(start)) result.set(name, array);
}

/**
 * Rows that rings of waiting rows are turned to: as many as before, but where a horizon is new as many as were lived through, for no
 * row to be asked for its target that was none.
 */
function rowsOfRings(
  old: LearnerNumbers,
  fresh: LearnerNumbers,
  part: string,
  { horizons }: Places,
  isBeginning: boolean,
): number {
  const name = `panel.${part}.rows`;
  const hasNew = !isBeginning && horizons.some((place) => place < 0);
  const owner = hasNew || !old.entries.has(name) ? fresh : old;
  return owner.entries.has(name) ? numberOf(owner.entries, name) : 0;
}

function carryScales(result: Map<string, StateArray>, old: LearnerNumbers, { horizons }: Places): void {
  const before = arrayOf(old.entries, 'row.scales');
  const own = arrayOf(result, 'row.scales');
  result.set(
    'row.scales',
    Float64Array.from(horizons, (place, k) => (place < 0 ? own[k] : before[place])),
  );
}

/** Values of the other fields one row ago and so on: as many as are looked at now. */
function carryPast(
  result: Map<string, StateArray>,
  old: LearnerNumbers,
  fresh: LearnerNumbers,
  { inputs }: Places,
): void {
  inputs.forEach((place, i) => {
    if (place < 0) return;
    const before = arrayOf(old.entries, `row.exogenous.input${place}.past`);
    const past = Float64Array.from(
      arrayOf(fresh.entries, `row.exogenous.input${i}.past`),
      (_, lag) => before[lag] ?? Number.NaN,
    );
    result.set(`row.exogenous.input${i}.past`, past);
  });
}

/** Factor by which a difference is larger in the units of the new smallest horizon. */
function factorOf(old: LearnerNumbers, fresh: LearnerNumbers): number {
  if (old.schema.horizons[0] === fresh.schema.horizons[0]) return 1;
  const place = old.schema.horizons.indexOf(fresh.schema.horizons[0]);
  const before = arrayOf(old.entries, 'row.scales');
  const now = place < 0 ? arrayOf(fresh.entries, 'row.scales')[0] : before[place];
  const factor = before[0] / now;
  return factor > 0 && factor < Number.POSITIVE_INFINITY ? factor : 1;
}
