import { type Family, histogram } from './family.ts';

/** Metrics of the batches that the learners answer. */
export const BATCH_FAMILIES: readonly Family[] = [
  histogram(
    'learner_batch_steps',
    'Steps of a batch that the learners were given at once.',
    ({ health }) => health.batches?.steps,
  ),
  histogram(
    'learner_batch_duration_seconds',
    'Time from when the learners were given a batch until its last forecast.',
    ({ health }) => health.batches?.seconds,
  ),
];
