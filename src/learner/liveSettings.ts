import type { LiveSettings, SettingsChange } from '../domain/streamInput.ts';
import { type AnomalySettings, DIRECTIONS, type Span } from '../domain/streamSettings.ts';

/** @returns undefined where the text is no JSON of live settings: it may come from a damaged journal or from a later version */
export function readLiveSettings({ changes }: SettingsChange): LiveSettings | undefined {
  let found: unknown;
  try {
    found = JSON.parse(changes);
  } catch {
    return undefined;
  }
  if (typeof found !== 'object' || found === null) return undefined;
  const { anomaly } = found as LiveSettings;
  if (anomaly === undefined) return {};
  return isAnomalySettings(anomaly) ? { anomaly } : undefined;
}

export function isAnomalySettings(found: unknown): found is AnomalySettings {
  if (typeof found !== 'object' || found === null) return false;
  const { range, direction, minDeviation, minRelativeDeviation, threshold, holdOff, minDuration, maxAge } =
    found as Partial<AnomalySettings>;
  const isRange = range === undefined || (range !== null && Number.isFinite(range.low) && range.low < range.high);
  const areNumbers = [minDeviation, minRelativeDeviation, threshold, maxAge].every((value) => Number.isFinite(value));
  return (
    isRange && areNumbers && DIRECTIONS.some((known) => known === direction) && isSpan(holdOff) && isSpan(minDuration)
  );
}

function isSpan(found: Span | undefined): boolean {
  if (typeof found !== 'object' || found === null) return false;
  return Number.isFinite('rows' in found ? found.rows : found.time);
}
