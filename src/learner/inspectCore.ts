import type { HorizonInspection, Inspection, MemoryState, NetworkInspection } from '../domain/inspection.ts';
import type { Horizon } from '../domain/streamSettings.ts';
import type { Expert } from './experts/expert.ts';
import type { HorizonTrack } from './horizonTrack.ts';
import type { ForecastSources } from './writeForecast.ts';

/** A copy of what the learner would say of itself: its mixes with their errors, and learning and running memories of its networks. */
export function inspectCore({ row, experts, tracks, horizons, anomaly }: ForecastSources): Inspection {
  return {
    samples: row.taken,
    experts: experts.map(({ name }) => name),
    baselines: experts.map(({ isBaseline }) => isBaseline),
    horizons: tracks.map((track, k) => toHorizon(track, horizons[k], experts)),
    networks: experts.flatMap((expert) => toNetwork(expert)),
    memories: experts.flatMap((expert) => toMemory(expert)),
    ...(anomaly.isActive && { alarm: anomaly.episode.evidence }),
  };
}

function toHorizon(track: HorizonTrack, { label, steps }: Horizon, experts: readonly Expert[]): HorizonInspection {
  const { mix } = track;
  return {
    horizon: label,
    steps,
    source: experts[mix.source].name,
    weights: [...mix.weights],
    errors: mix.errors.map(toNullable),
    error: toNullable(track.publishedError),
    baselineError: toNullable(track.baselineError),
    skill: toNullable(track.skill),
    coverage: toNullable(track.interval.coverage),
  };
}

function toNetwork({ name, learning }: Expert): readonly NetworkInspection[] {
  if (learning === undefined) return [];
  const { gradientNorm, rate, updates, rollbacks, frozenUntil } = learning();
  return [
    {
      network: name,
      gradientNorm: gradientNorm > 0 ? toNullable(gradientNorm) : null,
      rate,
      updates,
      rollbacks,
      frozenUntil: toNullable(frozenUntil),
    },
  ];
}

function toMemory({ name, memory }: Expert): readonly MemoryState[] {
  if (memory === undefined) return [];
  const { hidden, cell } = memory();
  return [{ network: name, hidden: [...hidden], cell: [...cell] }];
}

function toNullable(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
