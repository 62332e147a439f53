// Kills the daemon again and again and looks at what is left of its memory:
// `npm run test:crash -- --messages 20000 --kills 6 --streams 4 --rate 1000 --mode journal`
// A second daemon gets the same messages undisturbed. Printed are the readings that the first one lost, those that it applied
// twice, those that were known again by their time only (`byTime`: a sensor that tells no time would have them twice), and
// whether both answer the same further messages (`--probes`) with the same bytes. Exit status 1 where something of it is not
// as it should be; with `--mode none` losses are what is expected, and it is 0.
// `--cuts`: so many times the connection is cut as well. `--pause`: ms between a kill and the next start, at most.
// `--no-times`: payloads that tell no time; the answers, which depend on the moment of arrival then, are not compared.
// `--seed`: other moments. `--protocol 3.1.1`. `--keep`: the files of both.
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { leave, ownedFolder } from '../support/leftovers.mjs';
import { oneRun } from './oneRun.mjs';
import { knowsState } from './processes.mjs';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '20000' },
    kills: { type: 'string', default: '6' },
    pause: { type: 'string', default: '1000' },
    cuts: { type: 'string', default: '0' },
    streams: { type: 'string', default: '4' },
    rate: { type: 'string', default: '1000' },
    mode: { type: 'string', default: 'journal' },
    probes: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    protocol: { type: 'string', default: '5' },
    'no-times': { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const count = (name) => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name}: a whole number`);
  return value;
};
if (!['journal', 'snapshot', 'none'].includes(values.mode)) throw new Error('--mode: journal, snapshot or none');

const streams = count('streams');
const options = {
  // As many for each stream.
  messages: Math.ceil(count('messages') / streams) * streams,
  streams,
  rate: count('rate'),
  mode: values.mode,
  probes: count('probes'),
  protocol: values.protocol,
  times: !values['no-times'],
  // Whole seconds, in the past.
  start: Math.floor(Date.now() / 1000) * 1000 - 86_400_000 * 7,
};
const say = (text) => process.stderr.write(`${text}\n`);
const folder = ownedFolder('tidegate-crash-');
if (values.keep) leave(folder);

/** Park and Miller: the same moments for the same seed. */
function createRandom(seed) {
  let state = (seed % 2_147_483_646) + 1;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  // The first of a small seed is near 0.
  next();
  next();
  return next;
}

function createBlows() {
  const random = createRandom(count('seed'));
  const create = (kind) => ({
    kind,
    after: Math.floor(random() * options.messages),
    pauseMs: count('pause') * random(),
  });
  const kinds = [...Array(count('kills')).fill('kill'), ...Array(count('cuts')).fill('cut')];
  return kinds.map(create).sort((a, b) => a.after - b.after);
}

function report(disturbed, undisturbed) {
  const sent = options.messages / streams;
  const rows = undisturbed.applied.map((expected, k) => {
    const applied = disturbed.applied[k];
    const answers = undisturbed.answers[k];
    const isAnswered = answers.every((text) => text !== '');
    const isSame = isAnswered && answers.every((text, i) => text === disturbed.answers[k][i]);
    return {
      stream: `s${k}`,
      sent,
      undisturbed: expected,
      applied,
      lost: Math.max(0, expected - applied),
      twice: Math.max(0, applied - expected),
      identical: options.times ? isSame : undefined,
    };
  });
  for (const row of rows) say(JSON.stringify(row));
  const sum = (name) => rows.reduce((total, row) => total + row[name], 0);
  const undisturbedLost = sent * streams - sum('undisturbed');
  const identical = rows.filter((row) => row.identical).length;
  for (const [name, run] of Object.entries({ struck: disturbed, undisturbed }))
    say(`${name} counted ${JSON.stringify(run.counted)}`);
  const byTime = ['duplicate', 'conflict', 'out-of-order'].reduce((n, why) => n + (disturbed.counted[why] ?? 0), 0);
  const result = {
    undisturbedLost,
    lost: sum('lost'),
    twice: sum('twice'),
    byTime,
    identical: options.times ? `${identical} of ${streams}` : 'not compared',
  };
  process.stdout.write(`${JSON.stringify({ ...values, messages: options.messages, ...result })}\n`);
  return (
    undisturbedLost === 0 &&
    result.lost === 0 &&
    result.twice === 0 &&
    byTime === 0 &&
    (!options.times || identical === streams)
  );
}

try {
  const isStateKnown = await knowsState(folder);
  if (!isStateKnown && options.mode !== 'none') throw new Error('this build knows no durable state');
  const disturbed = await oneRun({ folder, name: 'struck', blows: createBlows(), options, isStateKnown, say });
  const undisturbed = await oneRun({ folder, name: 'undisturbed', blows: [], options, isStateKnown, say });
  const isGood = report(disturbed, undisturbed);
  process.exitCode = isGood || options.mode === 'none' ? 0 : 1;
} finally {
  if (values.keep) say(`kept: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
