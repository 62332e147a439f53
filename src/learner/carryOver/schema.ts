import { EXPERT_NAMES, type ExpertName } from '../../domain/expertName.ts';
import { CELL_KINDS, type LearnerSettings, type ModelSettings, smallestFirst } from '../../domain/streamSettings.ts';

/** Settings that the numbers of a snapshot belong to. Settings that may change without forgetting are left out. */
export interface LearnerSchema extends Pick<ModelSettings, 'cell' | 'hidden' | 'bptt' | 'experts' | 'inputs'> {
  /** Steps of each horizon, smallest first. */
  readonly horizons: readonly number[];
  /** Rows of the replay memory; 0: there is none. */
  readonly replays: number;
  /** Number of other fields of the message, and their names; undefined: a version that did not tell them wrote it. */
  readonly exogenous: number;
  readonly inputNames: readonly string[] | undefined;
}

export function schemaOf(settings: LearnerSettings): LearnerSchema {
  const { cell, hidden, bptt, replay, replayRows, experts, inputs } = settings.model;
  const horizons = smallestFirst(settings.horizons).map(({ steps }) => steps);
  const replays = replay > 0 ? replayRows : 0;
  const { exogenous } = settings;
  const inputNames = exogenous > 0 ? settings.inputNames : undefined;
  return { horizons, cell, hidden, bptt, replays, experts, inputs, exogenous, inputNames };
}

/**
 * The schema as a snapshot names it. Parts that a stream does not have are left out: its snapshots outlive the versions that
 * learn of more.
 */
export function toSchemaText(schema: LearnerSchema): string {
  const { horizons, cell, hidden, bptt, replays, experts, inputs } = schema;
  const exogenous = schema.exogenous > 0 ? schema.exogenous : undefined;
  return JSON.stringify({
    horizons,
    cell,
    hidden,
    bptt,
    replays,
    experts,
    inputs,
    exogenous,
    inputNames: schema.inputNames,
  });
}

/** @returns undefined where the text is no schema of a learner that can be */
export function parseSchema(text: string): LearnerSchema | undefined {
  try {
    const found = JSON.parse(text) as LearnerSchema & Partial<Pick<LearnerSchema, 'exogenous' | 'inputNames'>>;
    const { exogenous = 0, inputNames } = found;
    const schema = { ...found, exogenous, inputNames };
    return isSchema(schema) ? schema : undefined;
  } catch {
    return undefined;
  }
}

/** Settings of a learner of that schema; what is in no schema is as in `others`. */
export function settingsOf(schema: LearnerSchema, others: LearnerSettings): LearnerSettings {
  const { horizons, cell, hidden, bptt, replays, experts, inputs, exogenous, inputNames } = schema;
  const replay = replays > 0 ? Math.max(1, others.model.replay) : 0;
  return {
    ...others,
    horizons: horizons.map((steps) => ({ label: String(steps), steps })),
    exogenous,
    inputNames,
    model: { ...others.model, cell, hidden, bptt, replay, replayRows: replays, experts, inputs },
  };
}

function isSchema(schema: LearnerSchema): boolean {
  const { horizons, cell, hidden, bptt, replays, experts, inputs, exogenous, inputNames } = schema;
  const { lags, ...flags } = inputs;
  return (
    horizons.length > 0 &&
    horizons.every((steps, k) => isCount(steps) && steps > (horizons[k - 1] ?? 0)) &&
    CELL_KINDS.includes(cell) &&
    experts.length > 0 &&
    experts.every((name) => (EXPERT_NAMES as readonly ExpertName[]).includes(name)) &&
    [hidden, bptt.every, bptt.window, replays, lags, exogenous].every(isCount) &&
    hidden * bptt.every * bptt.window > 0 &&
    Object.values(flags).every((flag) => typeof flag === 'boolean') &&
    (inputNames === undefined || inputNames.length === exogenous)
  );
}

function isCount(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= 1_000_000;
}
