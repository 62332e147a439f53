import { NO_LEARNING } from '../domain/effort.ts';
import { toStreamId } from '../domain/streamId.ts';
import { type ClassifySettings, MOST_CLASSES, type StreamSettings } from '../domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../domain/time.ts';
import { MOST_RECENT } from '../learner/classify/recentRows.ts';
import { StreamLearner } from '../learner/streamLearner.ts';
import { BLOCK_ROWS } from '../model/labelBlock.ts';
import { MOST_STORED } from '../model/labelBlocks.ts';
import { readSnapshot } from '../model/restoreSnapshot.ts';
import { saveSnapshot } from '../model/saveSnapshot.ts';
import type { StateIo } from '../model/stateIo.ts';
import { createKernel } from './createKernel.ts';

/** Rows after which a learner keeps no more of them: there are all recent blocks that there can be, and all that stay. */
const FILLED = (MOST_RECENT + MOST_STORED + 1) * BLOCK_ROWS;
/** Rows from label to label: each block has one. */
const LABEL_EVERY = BLOCK_ROWS / 2;
const OF_ROWS = /^classes\.(blocks|rows)\./;

/** `classes: open` with as many names as it may come to have. */
export function withAllClasses(settings: StreamSettings): StreamSettings {
  const { classify } = settings;
  if (classify?.classes !== 'open') return settings;
  const classes = Array.from({ length: MOST_CLASSES }, (_, place) => `class ${place}`);
  return { ...settings, classify: { ...classify, classes } };
}

/** Bytes that a snapshot has for the rows that are kept to learn classes from, and for what was said of them. */
export function classRowBytesOf(snapshot: Uint8Array): number {
  const { schema, entries } = readSnapshot(snapshot);
  const others = {
    exchange(io: StateIo) {
      for (const [name, array] of entries) if (!OF_ROWS.test(name)) io.array(name, array);
    },
  };
  return snapshot.length - saveSnapshot(others, schema).length;
}

/** The same of a stream that keeps as many as it ever will; found by filling one that does nothing else. */
export function mostClassRowBytes(settings: StreamSettings): number {
  const { classify } = settings;
  if (classify === undefined || classify.classes === 'open') return 0;
  const { model } = settings;
  const smallest = { ...model, replay: 0, experts: ['last_value' as const], hidden: 1 };
  const learner = new StreamLearner(createKernel(model), { ...settings, model: smallest });
  fill(learner, settings, classify, classify.classes);
  const bytes = classRowBytesOf(learner.snapshot());
  learner.free();
  return bytes;
}

function fill(
  learner: StreamLearner,
  { step, exogenous }: StreamSettings,
  { delay }: ClassifySettings,
  classes: readonly string[],
): void {
  const stream = toStreamId('estimate', undefined);
  const inputs = new Array<number>(exogenous).fill(0);
  // Messages may come as fast as they like: then all that can be recent is.
  const every = step.every === 'message' ? delay / FILLED : step.every;
  for (let row = 0; row < FILLED; row++) {
    const at = toEpochMs(row * every);
    learner.step({ stream, at, zoneOffset: toDurationMs(0), value: row % 7, inputs, effort: NO_LEARNING });
    if (row % LABEL_EVERY > 0) continue;
    const label = classes[(row / LABEL_EVERY) % classes.length] as string;
    learner.instruct({ kind: 'label', stream, at, from: at, to: at, label });
  }
}
