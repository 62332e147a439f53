import { parseArgs } from 'node:util';
import { tuneEngine } from '../../src/adapters/host/tuneEngine.ts';
import { EFFORTS, type Effort } from '../../src/domain/effort.ts';
import type { Step } from '../../src/domain/sample.ts';
import { toStreamId } from '../../src/domain/streamId.ts';
import { KERNEL_CHOICES, type KernelChoice } from '../../src/domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { chooseKernel, createKernel } from '../../src/hosts/createKernel.ts';
import { createRandom } from '../../src/kernel/random.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { NETWORK_ONLY, settingsWithModel } from './benchConfig.ts';
import { IS_QUICK, median, printTable, writeReport } from './report.ts';

// Rows per CPU-second of whole learners, without any I/O: features, experts, mix, interval, anomaly score, learning.
// One stream shows the arithmetic, a thousand in turn what it costs that their states do not fit the caches.
// `--streams 10,1000,10000` takes these numbers of streams in place of it, with the default kernel and two works only.

const REPEATS = IS_QUICK ? 3 : 7;
const REPEAT_CPU = IS_QUICK ? 150_000 : 500_000;

const WORKS = [
  { name: 'last value', model: 'experts: [last_value]' },
  { name: 'H 32 k1 16', model: NETWORK_ONLY },
  { name: 'tiny', model: 'profile: tiny' },
  { name: 'defaults', model: '' },
  { name: 'heavy', model: 'profile: heavy' },
];

// As the daemon does.
tuneEngine();

const { values } = parseArgs({ options: { streams: { type: 'string' }, quick: { type: 'boolean' } } });
/** Works and numbers of streams of a run that asks for the latter. */
const ASKED_WORKS = WORKS.filter(({ name }) => name === 'H 32 k1 16' || name === 'defaults');
const askedStreams = values.streams?.split(',').map(Number);
if (askedStreams?.some((count) => !Number.isInteger(count) || count < 1)) {
  process.stderr.write('--streams takes whole numbers from 1 on, with commas between them\n');
  process.exit(2);
}

interface Herd {
  /** Goes on with `rows` rows of each stream. @returns CPU time in µs */
  run(rows: number): number;
  free(): void;
}

function createHerd(choice: KernelChoice, model: string, streams: number, effort: Effort = 0): Herd {
  const settings = settingsWithModel(model);
  const kernel = createKernel({ kernel: choice, cell: settings.model.cell });
  const random = createRandom(3);
  const series = Float64Array.from({ length: 1024 }, (_, t) => 20 + 5 * Math.sin(t / 9) + random.uniform(-0.5, 0.5));
  const learners = Array.from({ length: streams }, () => new StreamLearner(kernel, settings));
  const ids = learners.map((_, i) => toStreamId(`load/${i}`, undefined));
  let t = 0;
  return {
    run(rows) {
      const start = process.cpuUsage();
      for (const end = t + rows; t < end; t++) {
        for (let i = 0; i < streams; i++) {
          const value = series[(t + 7 * i) % series.length]!;
          const step: Step = {
            stream: ids[i]!,
            at: toEpochMs(1.76e12 + t * 60_000),
            zoneOffset: toDurationMs(0),
            value,
            effort,
          };
          learners[i]!.step(step);
          learners[i]!.learn();
        }
      }
      const { user, system } = process.cpuUsage(start);
      return user + system;
    },
    free() {
      for (const learner of learners) learner.free();
    },
  };
}

/** Rows of each stream are a multiple of this: whole turns of k1, eighths of them too, so that all repeats learn as often. */
const UNIT = 128;
/** The same where there are more streams than this: whole turns of k1 alone, or a repeat would take minutes. */
const SHORT_UNIT = 16;
const MOST_WITH_UNIT = 1000;
/** Rows from which a network also learns from its memory. */
const LEAST_WARM_UP = 48;

/** Until the compiler has done what it will. @returns CPU time in µs of one row of each stream, by then */
function warmUp(herd: Herd, unit: number): number {
  let spent = 0;
  let done = 0;
  let last = 0;
  let rows = unit;
  while (spent < REPEAT_CPU || done < LEAST_WARM_UP) {
    last = herd.run(rows) / rows;
    spent += last * rows;
    done += rows;
    rows *= 2;
  }
  return last;
}

const results: object[] = [];
const rows: (string | number)[][] = [];

function measure(kernel: string, work: string, herd: Herd, streams: number): void {
  const unit = streams > MOST_WITH_UNIT ? SHORT_UNIT : UNIT;
  const count = unit * Math.max(1, Math.round(REPEAT_CPU / (warmUp(herd, unit) * unit)));
  const micros = Array.from({ length: REPEATS }, () => herd.run(count) / (count * streams));
  herd.free();
  const middle = median(micros);
  const rowsPerCpuSecond = Math.round(1e6 / middle);
  results.push({ kernel, work, streams, rowsPerCpuSecond, microsPerRow: micros });
  rows.push([kernel, work, streams, rowsPerCpuSecond, middle.toFixed(2), Math.min(...micros).toFixed(2)]);
}

/** A choice that this runtime cannot follow gives the kernel of another. */
const kernels = new Map(
  KERNEL_CHOICES.map((choice) => [chooseKernel({ kernel: choice, cell: 'lstm' }), choice] as const),
);

function measureAsked(counts: readonly number[]): void {
  const { name: kernel } = createKernel({ kernel: 'auto', cell: 'lstm' });
  for (const { name, model } of ASKED_WORKS) {
    for (const streams of counts) measure(kernel, name, createHerd('auto', model, streams), streams);
  }
}

function measureKernel(kernel: string, choice: KernelChoice): void {
  for (const { name, model } of WORKS) {
    for (const streams of [1, 1000]) measure(kernel, name, createHerd(choice, model, streams), streams);
  }
  EFFORTS.forEach((effort, level) => {
    if (level === 0) return;
    measure(kernel, `effort: ${effort}`, createHerd(choice, '', 100, level as Effort), 100);
  });
}

if (askedStreams !== undefined) measureAsked(askedStreams);
else for (const [kernel, choice] of kernels) measureKernel(kernel, choice);
const table = printTable(
  'whole learners without I/O, median',
  ['kernel', 'work', 'streams', 'rows/CPU-s', 'µs/row', 'least'],
  rows,
);
// A run of some works only must not pass for the whole in the README.
if (askedStreams === undefined) writeReport('learner', { repeats: REPEATS, results }, [table]);
