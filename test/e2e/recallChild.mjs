// One process of recallAfterKill.test.ts: streams of which each shows a cue and asks for it seven rows later.
// `begin`: learns, shows every stream its cue, stores all states between cue and question, says so, and lives on until it is killed.
// `end`: takes the states up and answers. `whole`: the same in one process. `late`: as `end`, with what was stored before the cues.
import { createStore } from '../../build/adapters/store/thread/createStore.js';
import { createLearnerFactory } from '../../build/hosts/createLearnerFactory.js';
import { createInlineHost } from '../../build/hosts/inlineHost.js';

const STREAMS = 40;
const ROWS_OF_TRIAL = 8;
const TRIALS = 200;
/** Rows between the cue and the moment at which the states are stored. */
const SEEN = 4;
/** Three hours, so that the time of the day says where in a trial a row is. */
const STEP_MS = 10_800_000;

const [mode, folder] = process.argv.slice(2);

const settings = {
  horizons: [{ label: '1', steps: 1 }],
  interval: 0.9,
  minSamples: 50,
  anomaly: {
    ...{ range: undefined, direction: 'both', minDeviation: 0, minRelativeDeviation: 0, threshold: 1 },
    ...{ holdOff: { rows: 100 }, minDuration: { rows: 1 } },
  },
  exogenous: 0,
  resetAfter: 0,
  model: {
    ...{ kernel: 'simd', cell: 'lstm', hidden: 16, chronoLag: undefined, bptt: { every: 4, window: 16 } },
    ...{ learningRate: 'auto', replay: 2, replayRows: 1000, experts: ['lstm_direct'], seed: 1 },
    // Of the readings themselves it sees the last three alone.
    inputs: { lags: 3, calendar: true, dayLag: false, weekLag: false, linear: false },
  },
};

const report = (event) => {
  if (event.type === 'LearnerFailed') throw event.error;
};
const host = createInlineHost({ ...createLearnerFactory(() => settings, { memoryLimit: 1e9 }), report });
let forecasts = [];
host.start({ take: (forecast) => forecasts.push(forecast.toForecast()), endBatch: () => undefined });

let row = 0;
const step = (stream, value, at = row) => ({ stream, at: Date.UTC(2024, 0, 1) + at * STEP_MS, zoneOffset: 0, value });
const nameOf = (k) => `stream/${k}`;
const all = Array.from({ length: STREAMS }, (_, k) => k);
/** As many of the one as of the other, in no simple order. */
const cueOf = (k) => (((k * 7) % STREAMS) % 2 === 0 ? 1 : -1);

/** One stream learns; the others begin as it. */
async function learn() {
  let seed = 5;
  for (let trial = 0; trial < TRIALS; trial++) {
    seed = (seed * 48_271) % 2_147_483_647;
    const cue = seed % 2 === 0 ? 1 : -1;
    for (let i = 0; i < ROWS_OF_TRIAL; i++, row++) {
      host.push([step('teacher', i === 0 || i === ROWS_OF_TRIAL - 1 ? cue : 0)]);
    }
  }
  const learned = await host.snapshot('teacher');
  for (const k of all) await host.restore(nameOf(k), learned);
}

function show(values) {
  for (const value of values) {
    forecasts = [];
    host.push(all.map((k) => step(nameOf(k), value(k))));
    row++;
  }
}

/** The rest of the trial but for its last row, which is what is forecast. */
function answer() {
  row = TRIALS * ROWS_OF_TRIAL + SEEN;
  show(Array.from({ length: ROWS_OF_TRIAL - 1 - SEEN }, () => () => 0));
  const means = forecasts.map(({ horizons }) => horizons[0].mean);
  const right = all.filter((k) => Math.sign(means[k]) === cueOf(k)).length;
  process.stdout.write(JSON.stringify({ accuracy: right / STREAMS, means }));
}

async function save(store, prefix) {
  const bytes = await Promise.all(all.map((k) => host.snapshot(nameOf(k))));
  await store.save(all.map((k) => ({ stream: prefix + nameOf(k), position: 1, bytes: bytes[k] })));
}

if (mode === 'begin' || mode === 'whole') {
  const store = mode === 'begin' ? createStore({ folder }) : undefined;
  await store?.open();
  await learn();
  if (store !== undefined) await save(store, 'early/');
  show([cueOf, ...Array.from({ length: SEEN - 1 }, () => () => 0)]);
  if (store === undefined) answer();
  else {
    await save(store, '');
    process.stdout.write('saved');
    // What follows is in no snapshot.
    setInterval(() => show([() => 3]), 1);
  }
} else {
  const store = createStore({ folder });
  await store.open();
  for (const k of all) {
    const { bytes } = await store.load((mode === 'late' ? 'early/' : '') + nameOf(k));
    const outcome = await host.restore(nameOf(k), bytes);
    if (outcome !== 'restored') throw new Error(outcome);
  }
  answer();
  await store.close();
}
