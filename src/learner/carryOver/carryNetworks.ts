import type { ExpertName } from '../../domain/expertName.ts';
import { newestKept } from '../../model/keptStates.ts';
import {
  moveMoment,
  moveWeights,
  type NetworkMove,
  type NetworkSize,
  parameterCountOf,
  unitsFor,
} from '../../model/moveNetwork.ts';
import type { StateArray } from '../../model/stateIo.ts';
import { WeightCopy } from '../../model/weightCopy.ts';
import { inputKeys, isLag, networkFeatures, placesOf } from './names.ts';
import { arrayOf, floatsOf, type LearnerNumbers, numberOf, numbersOf, turnRing } from './numbers.ts';
import type { Places } from './places.ts';
import type { LearnerSchema } from './schema.ts';

type Result = Map<string, StateArray>;

interface Networks {
  readonly old: LearnerNumbers;
  readonly fresh: LearnerNumbers;
  readonly places: Places;
  /** Factor by which differences to the last values are multiplied, to be in units of now. */
  readonly lagFactor: number;
  /** Number of the rows that rings are turned to. */
  readonly rows: number;
}

/**
 * A network of the former learner with the sizes of now. It says what it said before, if all its inputs go on. Its window begins
 * anew behind the state that it carries.
 */
export function carryNetwork(result: Result, networks: Networks, name: ExpertName): void {
  const { old, fresh, places, rows } = networks;
  const at = `panel.${name}.network`;
  const before = weightsOf(old, name, `${at}.weights`);
  const move = moveOf(networks, name, before);
  const weights = moveWeights(before, weightsOf(fresh, name, `${at}.weights`), move);
  result.set(`${at}.weights`, weights);
  result.set(`${at}.moment1`, moveMoment(weightsOf(old, name, `${at}.moment1`), move, 1));
  result.set(`${at}.moment2`, moveMoment(weightsOf(old, name, `${at}.moment2`), move, 2));
  keepCopy(result, `${at}.guard`, weights);
  for (const kept of ['adam', 'updates', 'turns', 'guard.numbers'])
    result.set(`${at}.${kept}`, arrayOf(old.entries, `${at}.${kept}`));
  const isPhaseKept = old.schema.bptt.every === fresh.schema.bptt.every;
  result.set(`${at}.sinceUpdate`, isPhaseKept ? arrayOf(old.entries, `${at}.sinceUpdate`) : Float64Array.of(0));
  emptyRing(result, fresh, at);
  for (const state of ['h', 'c']) result.set(`${at}.${state}`, carriedState(networks, name, state, move.units));
  const formerRows = numberOf(old.entries, `panel.${name}.rows`);
  const freshRows = numberOf(fresh.entries, `panel.${name}.rows`);
  fresh.schema.horizons.forEach((steps, k) => {
    const former = places.horizons[k];
    const source = former < 0 ? fresh : old;
    const pending = arrayOf(source.entries, `panel.${name}.pending${former < 0 ? k : former}`) as Float64Array;
    result.set(`panel.${name}.pending${k}`, turnRing(pending, steps, former < 0 ? freshRows : formerRows, rows));
  });
  result.set(`panel.${name}.rows`, Float64Array.of(rows));
  result.set(`panel.${name}.at`, arrayOf(old.entries, `panel.${name}.at`));
}

/** Weights that a network of the same sizes had, without anything else: its moments and its memory come with the rows. */
export function giveWeights(result: Result, name: ExpertName, weights: Float32Array, updates: number): void {
  const at = `panel.${name}.network`;
  if ((result.get(`${at}.weights`) as Float32Array).length !== weights.length) return;
  result.set(`${at}.weights`, weights);
  result.set(`${at}.updates`, Float64Array.of(updates));
  keepCopy(result, `${at}.guard`, weights);
}

export function sizeOf(schema: LearnerSchema, name: ExpertName): NetworkSize {
  const { cell, hidden, horizons } = schema;
  const inputSize = networkFeatures(schema, inputKeys(schema, schema), name).length;
  return { cell, inputSize, hiddenSize: hidden, outputSize: horizons.length };
}

function moveOf({ old, fresh, places, lagFactor }: Networks, name: ExpertName, weights: Float32Array): NetworkMove {
  const from = sizeOf(old.schema, name);
  const after = networkFeatures(fresh.schema, inputKeys(fresh.schema, old.schema), name);
  const before = networkFeatures(old.schema, inputKeys(old.schema, fresh.schema), name);
  return {
    from,
    units: unitsFor(weights, from, fresh.schema.hidden),
    to: sizeOf(fresh.schema, name),
    inputs: placesOf(after, before),
    // A feature that has become so much larger has a weight as much smaller.
    factors: after.map((feature) => (isLag(feature) ? 1 / lagFactor : 1)),
    outputs: places.horizons,
  };
}

function weightsOf({ schema, entries }: LearnerNumbers, name: ExpertName, entry: string): Float32Array {
  return floatsOf(entries, entry, parameterCountOf(sizeOf(schema, name)));
}

/** The copy for a roll-back is of the weights as they are: they are those that have forecast so far. */
function keepCopy(result: Result, at: string, weights: Float32Array): void {
  const copy = new WeightCopy(weights.length);
  copy.keep(weights);
  for (const [name, array] of numbersOf(copy)) result.set(`${at}.${name}`, array);
}

function emptyRing(result: Result, { entries }: LearnerNumbers, at: string): void {
  result.set(`${at}.rowCount`, Float64Array.of(0));
  for (const name of ['x', 'target', 'hasTarget']) {
    const array = arrayOf(entries, `${at}.${name}`).slice();
    array.fill(0);
    result.set(`${at}.${name}`, array);
  }
}

/** The carried state in the first place, as of a ring without rows; units that are new begin at 0. */
function carriedState(
  { old, fresh }: Networks,
  name: ExpertName,
  state: string,
  units: readonly number[],
): Float32Array {
  const at = `panel.${name}.network`;
  const { hiddenSize: H, inputSize } = sizeOf(old.schema, name);
  const rows = arrayOf(old.entries, `${at}.x`).length / inputSize;
  const rowCount = numberOf(old.entries, `${at}.rowCount`);
  const sinceUpdate = numberOf(old.entries, `${at}.sinceUpdate`);
  const position = { rows, every: old.schema.bptt.every, rowCount, sinceUpdate };
  const carried = new Float32Array(arrayOf(fresh.entries, `${at}.${state}`).length);
  const newest = newestKept(arrayOf(old.entries, `${at}.${state}`) as Float32Array, position, H);
  units.forEach((place, unit) => {
    carried[unit] = place < 0 ? 0 : newest[place];
  });
  return carried;
}
