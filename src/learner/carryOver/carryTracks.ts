import type { StateArray } from '../../model/stateIo.ts';
import { COLUMNS, PAST } from '../issuedColumns.ts';
import { arrayOf, type LearnerNumbers, numberOf, turnRing } from './numbers.ts';
import { formerName, type Places } from './places.ts';

/** Columns of the observation's `moment`. */
export const ROW_COUNT = 9;

type Result = Map<string, StateArray>;

interface Tracks {
  readonly old: LearnerNumbers;
  readonly fresh: LearnerNumbers;
  readonly places: Places;
  /** (new N): the expert is another one than before, be it of the same name: what it says comes from the rows that `fresh` has lived through. */
  readonly isOther: readonly boolean[];
  /** The mix comes from these rows too: who of the experts is right is not what it was. */
  readonly isMixOther: boolean;
}

/** Puts together from both, for each horizon, the mix of the experts and what waits for its target. */
export function carryTracks(result: Result, tracks: Tracks): void {
  tracks.places.horizons.forEach((former, k) => {
    if (former < 0) turnTrack(result, tracks, k);
    else carryTrack(result, tracks, k, former);
  });
}

/** A new horizon: as the rows have made it, in the place where the row count of the stream has it. */
function turnTrack(result: Result, { old, fresh }: Tracks, k: number): void {
  const steps = fresh.schema.horizons[k];
  for (const name of [`horizon${k}.forecasts`, `horizon${k}.issued`]) {
    const ring = arrayOf(fresh.entries, name) as Float64Array;
    result.set(name, turnRing(ring, steps, rowCount(fresh), rowCount(old)));
  }
}

function carryTrack(result: Result, tracks: Tracks, k: number, former: number): void {
  const { old, fresh, isMixOther } = tracks;
  result.set(`horizon${k}.issued`, arrayOf(old.entries, `horizon${former}.issued`));
  result.set(`horizon${k}.forecasts`, forecastsOf(tracks, k, former));
  if (isMixOther) takeBack(result, fresh, `horizon${k}.mix.`);
  else carryMix(result, tracks, k, former);
}

function takeBack(result: Result, { entries }: LearnerNumbers, start: string): void {
  for (const [name, array] of entries) if (name.startsWith(start)) result.set(name, array);
}

/** (h, new N) by the row count of the stream. Where an expert has said nothing it is the last value of then. */
function forecastsOf({ old, fresh, places, isOther }: Tracks, k: number, former: number): Float64Array {
  const steps = fresh.schema.horizons[k];
  const before = arrayOf(old.entries, `horizon${former}.forecasts`);
  const issued = arrayOf(old.entries, `horizon${former}.issued`);
  const ring = arrayOf(fresh.entries, `horizon${k}.forecasts`) as Float64Array;
  const lived = turnRing(ring, steps, rowCount(fresh), rowCount(old));
  const [N, formerN] = [places.experts.length, before.length / steps];
  return Float64Array.from({ length: steps * N }, (_, at) => {
    const [slot, i] = [Math.floor(at / N), at % N];
    const said = places.experts[i] < 0 ? Number.NaN : before[slot * formerN + places.experts[i]];
    const own = isOther[i] ? lived[at] : said;
    if (!Number.isNaN(own)) return own;
    return Number.isNaN(said) ? issued[slot * COLUMNS + PAST] : said;
  });
}

/** The weights of experts that go on; one that is new has none until its first forecast was scored. */
function carryMix(result: Result, { old, fresh, places }: Tracks, k: number, former: number): void {
  const before = arrayOf(old.entries, `horizon${former}.mix.weights`);
  const weights = places.experts.map((place) => (place < 0 ? 0 : before[place]));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const isWhole = before.length === weights.length || Math.abs(sum - 1) < 1e-9;
  const scaled = weights.map((weight) => (isWhole ? weight : sum > 0 ? weight / sum : 1 / weights.length));
  result.set(`horizon${k}.mix.weights`, Float64Array.from(scaled));
  const gate = numberOf(old.entries, `horizon${former}.mix.gate`);
  const place = places.experts.indexOf(gate);
  if (gate < 0 || place >= 0) result.set(`horizon${k}.mix.gate`, Float64Array.of(gate < 0 ? gate : place));
  places.experts.forEach((expert, i) => {
    if (expert >= 0) return;
    for (const kind of ['loss', 'slow']) joinLosses(result, { old, fresh, places }, `horizon${k}.mix.${kind}`, i);
  });
}

/** Losses of an expert that is new: as much above those of an old one as in the rows that both have lived through. */
function joinLosses(
  result: Result,
  { old, fresh, places }: Pick<Tracks, 'old' | 'fresh' | 'places'>,
  start: string,
  expert: number,
): void {
  const known = places.experts.findIndex((place) => place >= 0);
  if (known < 0) return;
  const [sum, weight] = arrayOf(old.entries, formerName(`${start}${known}.numbers`, places) as string);
  const [knownSum] = arrayOf(fresh.entries, `${start}${known}.numbers`);
  const [ownSum] = arrayOf(fresh.entries, `${start}${expert}.numbers`);
  const ratio = knownSum > 0 && ownSum > 0 ? ownSum / knownSum : 1;
  result.set(`${start}${expert}.numbers`, Float64Array.of(ratio * sum, weight));
}

function rowCount({ entries }: LearnerNumbers): number {
  return arrayOf(entries, 'row.moment')[ROW_COUNT];
}
