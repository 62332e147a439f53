import type { MemoryProbe } from '../../../../../domain/memoryProbe.ts';
import { reachOfShares } from '../../../../../domain/memorySummary.ts';
import type { Wording } from '../../words/wording.ts';
import type { Scene } from './scene.ts';

/** The stream as the words name it. */
export interface Sensor {
  readonly title: string;
  readonly unit: string;
  readonly decimals: number;
  readonly zone: string | undefined;
}

/** Half-lives above it are told as longer than this. */
const LONGEST = 100_000;

/** `6.8 readings (34 min)` */
export function lifeWords(life: number, { interval }: MemoryProbe, { numbers, times }: Wording): string {
  if (!(life <= LONGEST))
    return Number.isNaN(life) ? 'an unknown number of readings' : `more than ${numbers.format(LONGEST)} readings`;
  const readings = `${numbers.format(life, life < 99.95 ? 1 : 0)} readings`;
  return interval > 0 ? `${readings} (${times.duration(life * interval)})` : readings;
}

/** Says what the memory is. */
export function introduction({ cell, units }: MemoryProbe, { numbers }: Wording): string {
  const count = numbers.format(units);
  switch (cell) {
    case 'rnn':
      return `A plain recurrent network of ${count} units reads every value once. It has no gates: each reading writes all of its memory h anew, from the old one and from what comes in.`;
    case 'gru':
      return `A GRU of ${count} units reads every value once. Its memory is h: the gate z decides at each reading how much of it is kept, r how much of it is asked for what is new.`;
    case 'lstm_coupled':
      return `An LSTM of ${count} units reads every value once. Its memory is the cell state C: what is let in makes room for itself, so that f is 1 − i.`;
    default:
      return `An LSTM of ${count} units reads every value once. Its memory is the cell state C: gates decide at each reading how much of it is kept, what is let in, and what is shown.`;
  }
}

/** Says how long the units hold what they have. */
export function livesSentence(scene: Scene, wording: Wording): string {
  const { probe, order, units } = scene;
  if (probe.halfLives.length === 0) {
    return `This cell has no gate that forgets. ${backSentence(probe, wording)}`;
  }
  const middle = scene.halfLife(order[units >> 1] ?? 0);
  const longest = scene.halfLife(order[0] ?? 0);
  return `Half of the ${wording.numbers.format(units)} units forget half within ${lifeWords(middle, probe, wording)} if nothing new comes in; the longest holds for ${lifeWords(longest, probe, wording)}.`;
}

function backSentence(probe: MemoryProbe, wording: Wording): string {
  if (!Number.isFinite(probe.halfLife))
    return 'Of an error more than half is left at the farthest reading of this picture.';
  return `Of an error half is left ${lifeWords(probe.halfLife, probe, wording)} back.`;
}

/** Says how far back the network reaches, which is another thing than how long one unit holds. */
export function reachSentence(probe: MemoryProbe, wording: Wording): string {
  const { half, peak } = reachOfShares(probe.shares);
  const where =
    half === undefined
      ? 'before these readings'
      : half === 0
        ? 'in this reading'
        : `within ${wording.numbers.format(half)} readings back`;
  const strongest = peak === undefined ? '' : `, the largest before this reading ${wording.numbers.format(peak)} back`;
  const sentences = [
    `Half of what moves the forecast lies ${where}${strongest}.`,
    'Units hand on what they hold to each other, so the network may reach farther back than any of them holds.',
  ];
  const hasCellState = probe.cell !== 'rnn' && probe.cell !== 'gru';
  if (hasCellState)
    sentences.unshift('Along C an error goes back multiplied by f alone, so it arrives where f is near 1.');
  return sentences.join(' ');
}

/** Says what the shares add up to. */
export function sharesSentence(probe: MemoryProbe, sensor: Sensor, { numbers }: Wording): string {
  const { answer, baseline, replayed } = probe.shares;
  if (answer.kind === 'class') {
    const status = answer.isPublished ? 'publishes' : 'would give, had it to,';
    return `The stream ${status} the class ${answer.label}: by this network alone its probability is ${numbers.percent(answer.probability, 1)}. In log odds; both columns add up to exactly what the network says.`;
  }
  const steps = answer.horizon === 1 ? 'the next reading' : `the reading ${numbers.format(answer.horizon)} from now`;
  const value = numbers.withUnit(replayed, sensor.decimals + 1, sensor.unit);
  const nothing = numbers.withUnit(baseline, sensor.decimals + 1, sensor.unit);
  return `The network expects ${value} for ${steps}; with nothing known it would say ${nothing}. Both columns add up to exactly the difference.`;
}

/** One row in words: what came, and how far the gates were open. */
export function rowSentence(scene: Scene, row: number, sensor: Sensor, { numbers, times }: Wording): string {
  const { probe, lanes } = scene;
  const reading = numbers.withUnit(probe.readings[row], sensor.decimals, sensor.unit);
  const means = lanes.map(({ state, letter }) => `${letter} ${numbers.format(scene.meanAt(state, row), 2)}`);
  return `${times.moment(probe.times[row], sensor.zone)}: ${reading} · mean ${means.join(', ')}`;
}
