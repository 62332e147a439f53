// One process of recallAfterKill.test.ts: streams of which each shows a cue and asks for it seven rows later.
// `begin`: learns, shows every stream its cue, stores all states between cue and question, says so, and lives on until it is killed.
// `end`: takes the states up and answers. `whole`: the same in one process. `late`: as `end`, with what was stored before the cues.
import { createStore } from '#built/adapters/store/thread/createStore';
import { toDurationMs, toEpochMs } from '#built/domain/time';
import { createLearnerFactory } from '#built/hosts/createLearnerFactory';
import { createInlineHost } from '#built/hosts/inlineHost';

const STREAMS = 40;
const ROWS_OF_TRIAL = 8;
const TRIALS = 200;
/** Rows between the cue and the moment at which the states are stored. */
const SEEN = 4;
/** Three hours, so that the time of the day says where in a trial a row is. */
const STEP_MS = 10_800_000;

const [mode, folder] = process.argv.slice(2);

/** @type {import('#built/domain/streamSettings').LearnerSettings} */
const settings = {
  horizons: [{ label: '1', steps: 1 }],
  interval: 0.9,
  minSamples: 50,
  anomaly: {
    ...{ range: undefined, direction: 'both', minDeviation: 0, minRelativeDeviation: 0, threshold: 1 },
    ...{ holdOff: { rows: 100 }, minDuration: { rows: 1 }, maxAge: toDurationMs(3_600_000) },
  },
  valid: { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY },
  exogenous: 0,
  resetAfter: toDurationMs(0),
  model: {
    ...{ kernel: 'simd', cell: 'lstm', hidden: 16, chronoLag: undefined, bptt: { every: 4, window: 16 } },
    ...{ learningRate: 'auto', replay: 2, replayRows: 1000, experts: ['lstm_direct'], seed: 1 },
    // Of the readings themselves it sees the last three alone.
    inputs: { lags: 3, calendar: true, dayLag: false, weekLag: false, linear: false },
  },
};

/** A learner asks for no more of them. */
const settingsOf = /** @type {import('#built/domain/decode').SettingsOf} */ (/** @type {unknown} */ (() => settings));
const report = (event) => {
  if (event.type === 'LearnerFailed') throw event.error;
};
const host = createInlineHost({ ...createLearnerFactory(settingsOf, { memoryLimit: 1e9 }), report });
let forecasts = [];
host.start({ take: (forecast) => forecasts.push(forecast.toForecast()), endBatch: () => undefined }, (error) => {
  throw error;
});

let row = 0;
const step = (stream, value, at = row) => ({
  ...{ stream, value, zoneOffset: toDurationMs(0) },
  at: toEpochMs(Date.UTC(2024, 0, 1) + at * STEP_MS),
});
const idOf = (name) => /** @type {import('#built/domain/streamId').StreamId} */ (name);
const nameOf = (k) => idOf(`stream/${k}`);
const TEACHER = idOf('teacher');
const all = Array.from({ length: STREAMS }, (_, k) => k);
/** As many of the one as of the other, in no simple order. */
const cueOf = (k) => (((k * 7) % STREAMS) % 2 === 0 ? 1 : -1);

function given(value) {
  if (value === undefined) throw new Error('there is none');
  return value;
}

/** One stream learns; the others begin as it. */
async function learn() {
  let seed = 5;
  for (let trial = 0; trial < TRIALS; trial++) {
    seed = (seed * 48_271) % 2_147_483_647;
    const cue = seed % 2 === 0 ? 1 : -1;
    for (let i = 0; i < ROWS_OF_TRIAL; i++, row++) {
      host.push([step(TEACHER, i === 0 || i === ROWS_OF_TRIAL - 1 ? cue : 0)]);
    }
  }
  const learned = await host.snapshot(TEACHER);
  for (const k of all) await host.restore(nameOf(k), given(learned));
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
  await store.save(all.map((k) => ({ stream: idOf(prefix + nameOf(k)), position: 1, bytes: given(bytes[k]) })));
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
    const { bytes } = given(await store.load(idOf((mode === 'late' ? 'early/' : '') + nameOf(k))));
    const outcome = await host.restore(nameOf(k), bytes);
    if (outcome !== 'restored') throw new Error(outcome);
  }
  answer();
  await store.close();
}
