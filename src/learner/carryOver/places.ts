import type { ExpertName } from '../../domain/expertName.ts';
import { inputKeys, placesOf } from './names.ts';
import type { LearnerSchema } from './schema.ts';

/** Where the parts of a learner were under the former schema: −1 for what is new. */
export interface Places {
  /** (new K), (new N) and (new inputs of the message). */
  readonly horizons: readonly number[];
  readonly experts: readonly number[];
  readonly inputs: readonly number[];
  /** Places of the experts whose errors are watched for anomalies. */
  readonly watched: readonly number[];
  /** The errors that were watched are those of the horizon that is watched now. */
  readonly isWatchedKept: boolean;
}

/** @param renewed steps of horizons that are new under the same schema too */
export function placesBetween(from: LearnerSchema, to: LearnerSchema, renewed: readonly number[] = []): Places {
  const known = from.horizons.map((steps) => (renewed.includes(steps) ? Number.NaN : steps));
  return {
    horizons: placesOf(to.horizons, known),
    experts: placesOf(to.experts, from.experts),
    inputs: placesOf(inputKeys(to, from), inputKeys(from, to)),
    watched: placesOf(watchedRoles(to.experts), watchedRoles(from.experts)),
    isWatchedKept: to.horizons[0] === from.horizons[0],
  };
}

/** Role in which each watched expert is watched: see `watchedOf` of the core. */
function watchedRoles(experts: readonly ExpertName[]): readonly string[] {
  const network = experts.some((name) => name.startsWith('lstm_')) ? ['network'] : [];
  const linear = experts.includes('linear') ? ['linear'] : [];
  const roles = [...network, ...linear];
  return roles.length > 0 ? roles : ['first'];
}

const BY_HORIZON = /^(row\.change|horizon|panel\.linear\.(?:model|error))(\d+)(\..*)$/;
const BY_EXPERT = /^(horizon\d+\.(?:mix\.loss|mix\.slow|expert))(\d+)(\..*)$/;
const BY_INPUT = /^(row\.exogenous\.input)(\d+)(\..*)$/;
const BY_WATCHED = /^(anomaly\.error)(\d+)(\..*)$/;
const OF_ERRORS = /^anomaly\.(error\d|jump\.|checked)/;

/** Name under which the former numbers hold what is called `name` now; undefined: they have it not. */
export function formerName(name: string, places: Places): string | undefined {
  if (OF_ERRORS.test(name) && !places.isWatchedKept) return undefined;
  const renamed = renumber(name, BY_EXPERT, places.experts);
  if (renamed === undefined) return undefined;
  const rules = [
    [BY_HORIZON, places.horizons],
    [BY_INPUT, places.inputs],
    [BY_WATCHED, places.watched],
  ] as const;
  const rule = rules.find(([pattern]) => pattern.test(renamed));
  return rule === undefined ? renamed : renumber(renamed, ...rule);
}

/** The name with the number in it as it was before; the name itself where it has none. */
function renumber(name: string, pattern: RegExp, places: readonly number[]): string | undefined {
  const [, start, index, rest] = pattern.exec(name) ?? [];
  if (start === undefined) return name;
  const place = places[Number(index)] ?? -1;
  return place < 0 ? undefined : `${start}${place}${rest}`;
}
