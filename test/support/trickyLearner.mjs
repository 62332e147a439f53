// A learner without a network, in plain JavaScript so that worker threads of every Node.js can run it. The value of a step
// says what it does, so that a test can ask for trouble on another thread.
import { parentPort } from 'node:worker_threads';

export const TRICK = {
  failStep: -1,
  failLearn: -2,
  /** Learns for a quarter of a second. */
  learnLong: -3,
  /** Ends the thread. */
  exit: -4,
  /** An error that nobody catches. */
  crash: -5,
  /** Sends rows that are none. */
  sendRubbish: -6,
  /** Never comes back. */
  hang: -7,
  /** Writes to stdout and stderr. */
  print: -8,
  /** Fails with an error that cannot be sent as it is. */
  failOddly: -9,
};

/** Snapshots that begin with one of these are refused. */
export const REFUSED = { damaged: 250, newer: 251, mismatch: 252, full: 253, bug: 254 };

/** Takes the errors of the host that it works for: the sources' or those of what was built. */
export function trickyLearners({ SnapshotError, KernelFullError }) {
  const refusals = {
    [REFUSED.damaged]: () => new SnapshotError('damaged', 'no'),
    [REFUSED.newer]: () => new SnapshotError('newer', 'no'),
    [REFUSED.mismatch]: () => new SnapshotError('mismatch', 'no'),
    [REFUSED.full]: () => new KernelFullError(1, 1, 1),
    [REFUSED.bug]: () => new Error('cannot restore'),
  };
  return (stream, snapshot) => {
    const refusal = refusals[snapshot?.[0]];
    if (refusal !== undefined) throw refusal();
    return createTrickyLearner(stream, snapshot);
  };
}

/** Looks into such a learner's snapshot: the units of its memory are its samples. Of classes it has none. */
export function trickyLook([samples], stream, { network = 'lstm_direct' }) {
  if (network === 'classes') return 'no-classes';
  return {
    stream,
    network,
    networks: ['lstm_direct'],
    cell: 'rnn',
    units: samples,
    at: 0,
    interval: 0,
    horizon: 1,
    horizons: [1],
    times: [0],
    readings: [0],
    states: [{ name: 'h', values: new Float32Array(samples) }],
    halfLives: new Float32Array(0),
    importance: new Float32Array(samples),
    halfLife: Number.NaN,
    reach: new Float32Array(0),
    shares: {
      answer: { kind: 'forecast', network, horizon: 1 },
      at: 0,
      baseline: 0,
      replayed: 0,
      carried: 0,
      older: 0,
      rows: [{ lag: 0, at: 0, share: 0 }],
      inputs: [],
    },
  };
}

/** Forecasts the sum of all values, and tells in `skill` from how many of them it has learned. */
export function createTrickyLearner(stream, snapshot = [0, 0]) {
  let sum = 0;
  let [samples, learned] = snapshot;
  let pending;
  function learn() {
    const value = pending;
    pending = undefined;
    if (value === undefined) return;
    learned++;
    if (value === TRICK.failLearn) throw new Error(`cannot learn ${stream}`);
    if (value === TRICK.learnLong) spin(250);
    if (value === TRICK.hang) spin(Number.POSITIVE_INFINITY);
  }
  return {
    prefetch: () => samples,
    step({ at, value }, forecast) {
      learn();
      play(value);
      pending = value;
      sum += value;
      samples++;
      return forecast.write({
        stream,
        at,
        value,
        samples,
        skill: learned,
        expected: null,
        anomalyScore: null,
        anomaly: false,
        horizons: [],
        state: 'active',
        source: 'last_value',
        coverage: sum,
        resolution: 0,
        cadence: null,
      });
    },
    learn,
    /** A label counts as a hundred that it has learned from; a change of settings is of no use to it, or an error. */
    instruct({ kind, label, changes }) {
      learn();
      if (kind === 'label' && label === 'unknown') return 'no-classes';
      if (changes === 'bug') throw new Error('cannot be instructed');
      learned += 100;
      return undefined;
    },
    inspect() {
      learn();
      return { samples, experts: ['last_value'], horizons: [], memories: [] };
    },
    snapshot() {
      learn();
      return Uint8Array.of(samples, learned);
    },
    free: () => undefined,
  };
}

function play(value) {
  if (value === TRICK.failStep) throw new Error('cannot step');
  if (value === TRICK.failOddly) throw Object.assign(new TypeError('odd'), { handle: () => undefined });
  if (value === TRICK.exit) process.exit(3);
  if (value === TRICK.crash)
    queueMicrotask(() => {
      throw new RangeError('out of nowhere');
    });
  if (value === TRICK.sendRubbish) parentPort?.postMessage(Float64Array.of(1, 0, 99, 1, 2, 3));
  if (value === TRICK.print) {
    process.stdout.write('said on stdout\n');
    process.stderr.write('said on stderr\n');
  }
}

function spin(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
