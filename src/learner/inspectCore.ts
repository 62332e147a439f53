import type { HorizonMix, Inspection, MemoryState } from '../domain/inspection.ts';
import type { Horizon } from '../domain/streamSettings.ts';
import type { Expert } from './experts/expert.ts';
import type { HorizonTrack } from './horizonTrack.ts';
import type { ForecastSources } from './writeForecast.ts';

/** A copy of what the learner would say of itself: its mixes and the running memories of its networks. */
export function inspectCore({ row, experts, tracks, horizons }: ForecastSources): Inspection {
  return {
    samples: row.taken,
    experts: experts.map(({ name }) => name),
    horizons: tracks.map((track, k) => toHorizonMix(track, horizons[k], experts)),
    memories: experts.flatMap((expert) => toMemory(expert)),
  };
}

function toHorizonMix({ mix }: HorizonTrack, { label }: Horizon, experts: readonly Expert[]): HorizonMix {
  return { horizon: label, source: experts[mix.source].name, weights: [...mix.weights] };
}

function toMemory({ name, memory }: Expert): readonly MemoryState[] {
  if (memory === undefined) return [];
  const { hidden, cell } = memory();
  return [{ network: name, hidden: [...hidden], cell: [...cell] }];
}
