import { type Family, histogram } from './family.ts';

/** Metrics of the time that forecasts take. */
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
  histogram(
    'sample_latency_seconds',
    'Time from when a reading came until a forecast of its stream was there, of one reading after the other and not of all.',
    ({ health }) => health.latency?.seconds,
  ),
];
