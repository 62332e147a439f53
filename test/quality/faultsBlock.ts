import { createRandom } from '../../src/kernel/random.ts';
import { atLeast, atMost, type Bar } from './bars.ts';
import type { BlockResult, Measurement } from './block.ts';
import { type FaultScore, scoreFaults } from './faultScore.ts';
import { type Fault, KINDS, type Kind, REPORTED, randomFault, randomPlaces, withFaults } from './faultSeries.ts';
import { measureShifts } from './levelShifts.ts';
import { type Life, live } from './life.ts';

const ROWS = 5000;
const PLACES = [2500, 3200, 4000, 4600];
const RANDOM_ROWS = 3000;
const RANDOM_PER_KIND = 8;
const EARLY_PER_KIND = 3;
const EARLY = 60;
const EARLY_ROWS = 1500;
const OVER_LAST = 1.02;
const OTHERS = 1.05;
const WIDTH = 1.5;
/** Share of the random cases that may raise an alarm after a fault that the clean series lacks. */
const ALARMED = 0.1;

interface Case {
  readonly name: string;
  readonly score: FaultScore;
  /** The same where the faulty rows are missing instead, measured where a bar is missed: what chance alone makes of it. */
  readonly missing: FaultScore | undefined;
  readonly bars: readonly Bar[];
}

/** One bad reading must cost one reading: faults in series that the program makes, each beside the same series without. */
export function measureFaults({ seeds }: Measurement): Promise<BlockResult> {
  const reported = REPORTED.map(([kind, fault]) => measureReported(kind, fault, seeds[0] as number));
  const random = seeds.flatMap((seed) => KINDS.flatMap((kind, k) => measureRandom(kind, k, seed)));
  const early = seeds.flatMap((seed) => KINDS.flatMap((kind, k) => measureEarly(kind, k, seed)));
  const shifts = measureShifts(seeds[0] as number);
  const alarmed = random.filter(({ score }) => score.isAlarmed).length / random.length;
  return Promise.resolve({
    tables: [
      tableOf('Nine kinds of faults that are reported most, four times each', reported),
      tableOf(
        'Random faults, four times each',
        random,
        `Alarms after a fault that the clean series lacks: ${(100 * alarmed).toFixed(0)} % of the cases, to reach ≤ ${100 * ALARMED} %.`,
      ),
      tableOf(`Random faults within the first ${EARLY} rows, once each`, early),
      shifts.table,
    ],
    bars: [
      ...[...reported, ...random, ...early].flatMap(({ bars }) => bars),
      ...shifts.bars,
      atMost('random faults with an alarm after them', alarmed, ALARMED),
    ],
    skipped: [],
    figures: { reported, random, early, shifts: shifts.figures },
  });
}

function measureReported(kind: Kind, fault: Fault, seed: number): Case {
  const clean = cleanLife(kind, ROWS, seed);
  const measured = measureCase(`${kind.name}, ${fault.name}`, clean, fault, PLACES);
  const found = atLeast(`${measured.name}: found`, measured.score.found, PLACES.length);
  return { ...measured, bars: [...measured.bars, found] };
}

function measureRandom(kind: Kind, k: number, seed: number): Case[] {
  const random = createRandom(1000 * seed + k);
  return Array.from({ length: RANDOM_PER_KIND }, () => {
    const fault = randomFault(random);
    const places = randomPlaces(random, RANDOM_ROWS);
    return measureCase(`${kind.name} (${seed}), ${fault.name}`, cleanLife(kind, RANDOM_ROWS, seed), fault, places);
  });
}

function measureEarly(kind: Kind, k: number, seed: number): Case[] {
  const random = createRandom(777 * seed + k);
  return Array.from({ length: EARLY_PER_KIND }, () => {
    const fault = randomFault(random);
    const places = [random.integerBelow(EARLY - fault.length)];
    const name = `${kind.name} (${seed}), ${fault.name} at ${places[0]}`;
    return measureCase(name, cleanLife(kind, EARLY_ROWS, seed), fault, places);
  });
}

function measureCase(name: string, clean: Life, fault: Fault, places: readonly number[]): Case {
  const score = scoreFaults(live(withFaults(clean.values, fault, places)), clean, places, fault.length);
  const bars = costBars(name, score);
  const isMissed = bars.some(({ isMet }) => !isMet);
  return { name, score, bars, missing: isMissed ? scoreMissing(clean, fault, places) : undefined };
}

/** Scored against the readings that are missing. */
function scoreMissing(clean: Life, { length }: Fault, places: readonly number[]): FaultScore {
  const gap = { name: 'missing', length, value: () => Number.NaN };
  const life = { ...live(withFaults(clean.values, gap, places)), values: clean.values };
  return scoreFaults(life, clean, places, length);
}

function costBars(name: string, { overLast, cleanOverLast, others, width, stuck }: FaultScore): Bar[] {
  return [
    atMost(`${name}: MAE/last value`, overLast, Math.max(OVER_LAST, cleanOverLast)),
    atMost(`${name}: other rows/clean`, others, OTHERS),
    atMost(`${name}: width after 50 rows`, width, WIDTH),
    atMost(`${name}: faults after which the last value answers`, stuck, 0),
  ];
}

const cleanLives = new Map<string, Life>();

function cleanLife(kind: Kind, rows: number, seed: number): Life {
  const key = `${kind.name} ${rows} ${seed}`;
  const known = cleanLives.get(key);
  if (known !== undefined) return known;
  const life = live(kind.make(rows, seed));
  cleanLives.set(key, life);
  return life;
}

function tableOf(title: string, cases: readonly Case[], note?: string) {
  const rows = cases.map(({ name, score, missing, bars }) => [
    name,
    `${score.overLast.toFixed(3)} (${score.cleanOverLast.toFixed(3)})`,
    score.others.toFixed(3),
    score.width.toFixed(2),
    String(score.found),
    String(score.stuck),
    missing === undefined ? '' : `${missing.others.toFixed(3)}, ${missing.width.toFixed(2)}, ${missing.stuck}`,
    bars.every(({ isMet }) => isMet) ? 'ok' : 'misses',
  ]);
  const columns = ['series, fault', 'MAE/last (clean)', 'others/clean', 'width', 'found', 'stuck', 'missing rows', ''];
  const bounds = `To reach: MAE ≤ ${OVER_LAST} × last value or as without faults, other rows ≤ ${OTHERS}, width ≤ ${WIDTH}, the last value does not answer 200 rows later.`;
  const floor =
    'Missing rows: others, width and stuck where a bar is missed and these rows are missing instead, which tells nothing false.';
  return { title, columns, rows, notes: note === undefined ? [bounds, floor] : [bounds, floor, note] };
}
