import type { ApiStream } from '../../api.ts';
import type { Wording } from './wording.ts';

/** Skill below this is told as none: half a per cent. */
const LEAST_SKILL = 0.005;

const EXPERTS: Readonly<Record<string, string>> = {
  last_value: 'last value',
  linear: 'linear',
  lstm_residual: 'LSTM on the linear',
  lstm_direct: 'LSTM',
  seasonal_day: 'same time yesterday',
  seasonal_week: 'same time last week',
};

/** Name of an expert as people read it; one that this page does not know keeps its own. */
export function expertWords(name: string | null): string {
  if (name === null) return 'nothing yet';
  return EXPERTS[name] ?? name.replaceAll('_', ' ');
}

/** Experts that are networks; the others are plain. */
export function isNetwork(name: string): boolean {
  return name.startsWith('lstm_');
}

/** Quality of the forecasts: the share that they are better by, null where they are not; never a negative per cent. */
export function skillWords(
  skill: number | null,
  { numbers }: Wording,
): { readonly better: string | null; readonly text: string } {
  if (skill === null || !Number.isFinite(skill)) return { better: null, text: 'not judged yet' };
  if (skill <= LEAST_SKILL) return { better: null, text: 'as good as plain' };
  return { better: numbers.percent(skill), text: 'better than plain' };
}

/** `9 of 10 times` for 0.9. */
export function intervalWords(interval: number, { numbers }: Wording): string {
  const tenths = interval * 10;
  if (Math.abs(tenths - Math.round(tenths)) < 1e-9) return `${Math.round(tenths)} of 10 times`;
  return `${numbers.format(interval * 100, interval * 100 === Math.round(interval * 100) ? 0 : 1)} of 100 times`;
}

/** Label of a horizon: a duration stays, a number of steps says so. */
export function horizonWords(label: string, intervalMs: number | null, { times }: Wording): string {
  const steps = Number(label);
  if (!Number.isFinite(steps)) return label;
  if (intervalMs !== null) return times.duration(steps * intervalMs);
  return steps === 1 ? 'next reading' : `${label} readings`;
}

/** State of a stream in one word, with its mark. */
export function stateWords(
  state: string | null,
  isSilent: boolean,
): { readonly mark: 'good' | 'warning' | 'idle'; readonly text: string } {
  if (isSilent) return { mark: 'warning', text: 'silent' };
  switch (state) {
    case 'active':
      return { mark: 'good', text: 'active' };
    case 'degraded':
      return { mark: 'warning', text: 'a network rests' };
    case 'starting':
    case 'learning':
      return { mark: 'idle', text: 'warming up' };
    default:
      return { mark: 'idle', text: state ?? 'no reading yet' };
  }
}

/** One or two sentences on a stream that has no alarm. */
export function streamSentence(info: ApiStream, silence: number | null, wording: Wording): string {
  const { numbers, times } = wording;
  if (silence !== null) {
    return `No reading for ${times.duration(silence)}; usually one comes every ${times.duration(info.interval_ms)}.`;
  }
  if (info.y === null) return 'Its first reading is still to come.';
  const decimals = info.decimals;
  const y = numbers.withUnit(info.y, decimals, info.unit);
  const sentences = [`${y}${expectation(info, decimals, wording)}.`, ...standing(info, wording)];
  return sentences.join(' ');
}

function expectation({ y, yhat_lower, yhat_upper, unit }: ApiStream, decimals: number, { numbers }: Wording): string {
  if (y === null || yhat_lower === null || yhat_upper === null) return '';
  const place = y >= yhat_lower && y <= yhat_upper ? 'within' : 'outside';
  const range = `${numbers.format(yhat_lower, decimals)} to ${numbers.withUnit(yhat_upper, decimals, unit)}`;
  return `, ${place} what was expected (${range})`;
}

/** A sentence on how far learning is. */
function standing(info: ApiStream, { numbers, times }: Wording): readonly string[] {
  const least = info.min_samples;
  if ((info.state === 'starting' || info.state === 'learning') && info.n < least) {
    const wait = info.interval_ms !== null ? `, in about ${times.duration((least - info.n) * info.interval_ms)}` : '';
    return [
      `${numbers.format(info.n)} of ${numbers.format(least)} readings; scores begin with reading ${numbers.format(least)}${wait}.`,
    ];
  }
  if (info.state === 'degraded') return ['A network gave numbers that are none and rests; the others answer.'];
  if (info.skill === null) return [];
  if (info.skill > LEAST_SKILL) {
    return [`Lately the forecasts were ${numbers.percent(info.skill)} better than the best plain one.`];
  }
  return ['The networks are not better than a plain forecast yet, so that one is published. There is nothing to do.'];
}
