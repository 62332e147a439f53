import { streamSettings } from '../../src/config/streamSettings.ts';
import type { Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { createKernel } from '../../src/hosts/createKernel.ts';
import { probeSnapshot } from '../../src/learner/probe/probeMemory.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { decodeProbe, encodeProbe } from '../../src/outlets/page/probeFrame.ts';
import { IS_QUICK, median, printTable, writeReport } from './report.ts';

// CPU time of a look into the memory of a stream, by the size of its networks: on its learner's thread, on the main thread, in the browser.

const ROWS = 1200;
const REPEATS = IS_QUICK ? 10 : 60;
const STREAM = 's' as StreamId;

function stepsOf(): Step[] {
  return Array.from({ length: ROWS }, (_, row) => ({
    stream: STREAM,
    at: toEpochMs(1_790_000_000_000 + row * 300_000),
    zoneOffset: toDurationMs(0),
    value: row % 10 < 3 ? 90 + (row % 7) : 2 + (row % 3) / 10,
  }));
}

/** Median CPU time of a call, ms. */
function cpuOf(run: () => void): number {
  for (let n = 0; n < 5; n++) run();
  const times = Array.from({ length: REPEATS }, () => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return median(times);
}

const results = [16, 32, 64].map((hidden) => {
  const settings = streamSettings({ defaults: { horizons: [1, 6], model: { hidden } } });
  const learner = new StreamLearner(createKernel(settings.model), settings);
  for (const step of stepsOf()) {
    learner.step(step);
    learner.learn();
  }
  const state = learner.snapshot();
  const probe = probeSnapshot(state, STREAM, {});
  if (typeof probe === 'string') throw new Error(probe);
  const frame = encodeProbe(probe);
  const snapshot = cpuOf(() => learner.snapshot());
  const look = cpuOf(() => probeSnapshot(state, STREAM, {}));
  const encode = cpuOf(() => encodeProbe(probe));
  const decode = cpuOf(() => decodeProbe(frame.buffer));
  return { hidden, snapshot, look, encode, decode, bytes: frame.length, snapshotBytes: state.length };
});

const table = printTable(
  'A look into the memory of a stream (two networks, two horizons), ms of CPU time',
  [
    'units',
    'learner: its snapshot',
    'learner: gates, half-lives, reach, shares',
    'main thread: frame',
    'browser: frame',
    'KiB sent',
  ],
  results.map(({ hidden, snapshot, look, encode, decode, bytes }) => [
    `H ${hidden}`,
    ...[snapshot, look, encode, decode].map((ms) => ms.toFixed(1)),
    Math.round(bytes / 1024),
  ]),
);
writeReport('probe', { repeats: REPEATS, results }, [table]);
