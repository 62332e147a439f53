import * as v from 'valibot';
import { EXPERT_NAMES } from '../../domain/expertName.ts';
import { CELL_KINDS, INIT_KINDS, KERNEL_CHOICES, type ModelSettings } from '../../domain/streamSettings.ts';
import { choice } from '../scalars/choice.ts';
import { flag } from '../scalars/flag.ts';
import { integer, numberWithin } from '../scalars/numbers.ts';
import { pathItem } from '../scalars/pathItem.ts';
import { about, option } from './about.ts';
import { PROFILE_NAMES, PROFILES } from './profiles.ts';

const bptt = v.strictObject({
  every: v.pipe(
    v.optional(integer(1, 256), 4),
    option('stream', 'k1', 'Steps between two updates of the weights.', 'steps'),
  ),
  window: v.pipe(
    v.optional(integer(1, 512), 32),
    option('stream', 'k2', 'Steps that one update goes back in time; not below `every`.', 'steps'),
  ),
});

const inputs = v.strictObject({
  lags: v.pipe(
    v.optional(integer(0, 12), 3),
    option('stream', 'Lags', 'Differences to this many previous values as inputs.', 'values'),
  ),
  calendar: v.pipe(
    v.optional(flag(), 'on'),
    option('stream', 'Calendar', 'Hour of the day and day of the week as inputs.'),
  ),
  day_lag: v.pipe(
    v.optional(flag(), 'on'),
    option('stream', 'Day lag', 'The value one day ago as input, where the stream has a cadence.'),
  ),
  week_lag: v.pipe(
    v.optional(flag(), 'on'),
    option('stream', 'Week lag', 'The value one week ago as input, where the stream has a cadence.'),
  ),
  linear: v.pipe(
    v.optional(flag()),
    option(
      'stream',
      'Linear forecast',
      'The linear forecast as input of `lstm_direct`; `lstm_residual` always has it. By profile: on, off, off.',
    ),
  ),
});

const experts = v.pipe(
  v.array(choice(EXPERT_NAMES)),
  v.minLength(1, 'name at least one expert'),
  v.check((names) => new Set(names).size === names.length, 'names an expert twice'),
  v.metadata({ kind: `list of ${EXPERT_NAMES.join(', ')}` }),
);

const learningRate = v.pipe(
  v.union([v.literal('auto'), numberWithin(1e-6, 1, 'auto')], 'expected auto, or a number from 0.000001 to 1'),
  v.metadata({ kind: 'auto, or number, 0.000001 to 1' }),
);

const longestLag = v.pipe(
  v.union([v.literal('auto'), integer(1, 10_000, 'auto')], 'expected auto, or a whole number from 1 to 10000'),
  v.metadata({ kind: 'auto, or integer, 1 to 10000' }),
);

const object = v.strictObject({
  profile: v.pipe(
    v.optional(choice(PROFILE_NAMES), 'standard'),
    option(
      'stream',
      'Profile',
      'Size of the whole: what the options below say "by profile" (tiny, standard, heavy). What is set by itself counts.',
    ),
  ),
  kernel: v.pipe(
    v.optional(choice(KERNEL_CHOICES), 'auto'),
    option(
      'stream',
      'Kernel',
      'The arithmetic. `auto`: `simd` (vectors, the same numbers on every machine), where that does not run, or has not the cell, `plain` (ten times slower, numbers a little different). `relaxed`: vectors with fused multiply-add, faster where it runs, with the rounding of the machine; elsewhere as `auto`.',
    ),
  ),
  cell: v.pipe(
    v.optional(choice(CELL_KINDS), 'lstm'),
    option(
      'stream',
      'Cell',
      '`lstm` keeps long memory. `gru` has two gates and no cell state, `lstm_peephole` gates that also see the cell state, `lstm_coupled` forgets as much as it writes: these three need the `plain` kernel. `rnn` is the cell without gates, for comparison.',
    ),
  ),
  hidden: v.pipe(
    v.optional(integer(4, 128)),
    option(
      'stream',
      'Hidden units',
      'Size of the memory (H). Time and memory grow with its square. By profile: 16, 32, 64.',
      'units',
    ),
  ),
  init: v.pipe(
    v.optional(choice(INIT_KINDS), 'forget_bias'),
    option(
      'stream',
      'First weights',
      '`forget_bias`: memory of a few steps, to be lengthened by learning. `chrono`: every unit starts with a memory of its own length up to twice `longest_lag`, for what must be remembered long. Nothing for cell `rnn`, which has no gate.',
    ),
  ),
  longest_lag: v.pipe(
    v.optional(longestLag, 'auto'),
    option(
      'stream',
      'Longest lag',
      'With `init: chrono`: how long something may have to be remembered. `auto`: `bptt.window`. To be learned well, `bptt.window` should be a little longer than this.',
      'steps',
    ),
  ),
  bptt: v.pipe(
    v.optional(bptt, {}),
    about('Back-propagation through time', 'How often and how far back the network learns.'),
  ),
  learning_rate: v.pipe(
    v.optional(learningRate, 'auto'),
    option('stream', 'Learning rate', 'Step size of the optimiser. `auto`: falls from 0.001 to 0.0002.'),
  ),
  replay: v.pipe(
    v.optional(integer(0, 8)),
    option(
      'stream',
      'Replay',
      'Windows of older rows (three quarters of `bptt.window`, after half of it to warm up), drawn at random, that are learned again after each update from the newest rows. More learns a regular series faster and a noisy one too closely. 0: none, and no memory for them. By profile: 2, 2, 3.',
      'windows',
    ),
  ),
  replay_rows: v.pipe(
    v.optional(integer(100, 10_000)),
    option(
      'stream',
      'Replay memory',
      'Rows that can be learned again, about 40 bytes each. By profile: 800, 1000, 2000.',
      'rows',
    ),
  ),
  experts: v.pipe(
    v.optional(experts),
    option(
      'stream',
      'Experts',
      'The forecasters that take part; the mix follows the one that is right. By profile: all but `lstm_residual` and the seasonal ones; all but the seasonal ones in the larger two.',
    ),
  ),
  inputs: v.pipe(v.optional(inputs, {}), about('Inputs', 'What the network sees beside the value itself.')),
  seed: v.pipe(
    v.optional(integer(0, 4_294_967_295), 1),
    option('stream', 'Seed', 'Start of the random numbers. Same seed and same samples give the same forecasts.'),
  ),
});

export const modelSchema: v.GenericSchema<unknown, ModelSettings> = v.pipe(
  object,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.value.bptt.every <= dataset.value.bptt.window) return;
    const message = 'must not be longer than model.bptt.window: samples between two updates would never be learned';
    addIssue({ message, path: [pathItem(dataset.value, 'bptt'), pathItem(dataset.value.bptt, 'every')] });
  }),
  v.transform(toModelSettings),
);

function toModelSettings(o: v.InferOutput<typeof object>): ModelSettings {
  const profile = PROFILES[o.profile];
  return {
    kernel: o.kernel,
    cell: o.cell,
    hidden: o.hidden ?? profile.hidden,
    chronoLag: o.init === 'chrono' ? (o.longest_lag === 'auto' ? o.bptt.window : o.longest_lag) : undefined,
    bptt: o.bptt,
    learningRate: o.learning_rate,
    replay: o.replay ?? profile.replay,
    replayRows: o.replay_rows ?? profile.replayRows,
    experts: o.experts ?? profile.experts,
    inputs: {
      lags: o.inputs.lags,
      calendar: o.inputs.calendar,
      dayLag: o.inputs.day_lag,
      weekLag: o.inputs.week_lag,
      linear: o.inputs.linear ?? profile.linear,
    },
    seed: o.seed,
  };
}
