import { byLabel, type Family, single, toSeconds } from './family.ts';

const FAULTS = ['not-written', 'damaged'] as const;

/** Metrics of what is kept; without a state folder only the counts are there. */
export const STATE_FAMILIES: readonly Family[] = [
  byLabel('gauge', ['state_degraded', 'fault'], '1 while the state has the fault, else 0.', ({ health }) => {
    const state = health.state?.();
    return state === undefined ? [] : FAULTS.map((fault) => [fault, state.degraded.includes(fault) ? 1 : 0] as const);
  }),
  single(
    'counter',
    'state_written_bytes_total',
    'Bytes that the disk had to take, in whole blocks.',
    ({ health }) => health.state?.().bytes_written,
  ),
  single(
    'gauge',
    'state_written_day_bytes',
    'The same within the last 24 hours.',
    ({ health }) => health.state?.().bytes_written_day,
  ),
  single(
    'gauge',
    'state_write_limit_day_bytes',
    'Bytes that may be written in a day (state.writes_per_day).',
    ({ config }) => config.state.writesPerDay,
  ),
  single('counter', 'state_flushes_total', 'Flushes of the disk.', ({ health }) => health.state?.().flushes),
  single(
    'gauge',
    'state_journal_bytes',
    'Bytes of the journal that a start would have to read.',
    ({ health }) => health.state?.().journal_bytes,
  ),
  single(
    'gauge',
    'state_uncommitted',
    'Readings that are not on the disk yet.',
    ({ health }) => health.state?.().uncommitted,
  ),
  single(
    'gauge',
    'state_acks_pending',
    'Messages whose acknowledgement waits for the disk.',
    ({ health }) => health.state?.().acks_pending,
  ),
  single(
    'gauge',
    'state_streams',
    'Streams that are here or on the disk.',
    ({ health }) => health.state?.().streams_stored,
  ),
  single(
    'counter',
    'state_saves_total',
    'States of streams that were stored.',
    ({ health }) => health.counters.snapshotsSaved,
  ),
  single(
    'counter',
    'state_save_failures_total',
    'States of streams that could not be made.',
    ({ health }) => health.counters.snapshotsFailed,
  ),
  single(
    'counter',
    'state_failures_total',
    'Failures of the disk: writes, reads, damage.',
    ({ health }) => health.counters.storeFailures,
  ),
  single(
    'counter',
    'state_refused_total',
    'States of streams that did not fit: these began anew.',
    ({ health }) => health.counters.statesRefused,
  ),
  single(
    'counter',
    'state_inputs_unnamed_total',
    'Readings of old journals whose further inputs have no names.',
    ({ health }) => health.counters.inputsUnnamed,
  ),
  single(
    'gauge',
    'state_last_save_timestamp_seconds',
    'When a state was stored last, in seconds since 1970.',
    (sources) => {
      const at = sources.lastSaved();
      return at === undefined ? undefined : toSeconds(at);
    },
  ),
];
