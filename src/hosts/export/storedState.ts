import { MAX_INPUTS } from '../../config/schema/inputsSchema.ts';
import { streamSettings } from '../../config/streamSettings.ts';
import type { LearnerSettings, ModelSettings } from '../../domain/streamSettings.ts';
import { isRepresentable } from '../../domain/time.ts';
import { StreamLearner } from '../../learner/streamLearner.ts';
import { readSnapshot, type SnapshotContents } from '../../model/restoreSnapshot.ts';
import { SnapshotError } from '../../model/snapshotFormat.ts';
import { createKernel } from '../createKernel.ts';
import { decodeStreamState } from '../stream/streamState.ts';

/** Bytes: more than the largest stream that a configuration allows. */
const MEMORY_LIMIT = 256 * 1024 * 1024;

/** The learner's part of what is stored of a stream. @throws SnapshotError where there is none, or it is damaged */
export function readLearner(state: Uint8Array): SnapshotContents & { readonly bytes: Uint8Array } {
  const envelope = decodeStreamState(state);
  if (envelope === undefined) throw new SnapshotError('damaged', 'this is not the state of a stream');
  return { ...readSnapshot(envelope.learner), bytes: envelope.learner };
}

/**
 * Makes a learner of what is stored of a stream, of the sizes that it names, and lets it go again.
 * @throws SnapshotError where no learner could go on from it, whatever its settings
 */
export function checkStreamState(state: Uint8Array): void {
  const { schema, bytes } = readLearner(state);
  requireTime(decodeStreamState(state)?.cursor);
  const settings = settingsIn(schema);
  const kernel = createKernel(settings.model, { memoryLimit: MEMORY_LIMIT });
  try {
    new StreamLearner(kernel, settings, bytes).free();
  } catch (error) {
    if (error instanceof SnapshotError && error.fault !== 'mismatch') throw error;
    throw damaged(error);
  }
}

/** The cursor of the stream's machine names the time of its last reading. */
function requireTime(cursor: unknown): void {
  const { at } = (cursor ?? {}) as { readonly at?: unknown };
  if (typeof at === 'number' && !isRepresentable(at)) throw new SnapshotError('damaged', `a time of ${at}`);
}

/** Settings of a learner with which the schema is the same; those that are not in it do not matter. @throws SnapshotError */
function settingsIn(schema: string): LearnerSettings {
  try {
    const found = JSON.parse(schema) as Schema;
    const { cell, hidden, bptt, replays, experts, inputs, horizons, exogenous = 0 } = found;
    const model = {
      kernel: 'auto',
      cell,
      hidden,
      bptt,
      experts,
      ...(replays > 0 ? { replay: 1, replay_rows: replays } : { replay: 0 }),
      inputs: {
        lags: inputs.lags,
        calendar: inputs.calendar,
        day_lag: inputs.dayLag,
        week_lag: inputs.weekLag,
        linear: inputs.linear,
      },
    };
    const settings = streamSettings({ defaults: { horizons, model } });
    if (!Number.isInteger(exogenous) || exogenous < 0 || exogenous > MAX_INPUTS)
      throw new RangeError(`${exogenous} inputs`);
    return { ...settings, exogenous };
  } catch (error) {
    throw damaged(error);
  }
}

interface Schema extends Pick<ModelSettings, 'cell' | 'hidden' | 'bptt' | 'experts' | 'inputs'> {
  readonly horizons: readonly number[];
  readonly replays: number;
  readonly exogenous?: number;
}

function damaged(error: unknown): SnapshotError {
  return new SnapshotError('damaged', error instanceof Error ? error.message : String(error));
}
