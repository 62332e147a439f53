import type { ExpertName } from '../../domain/expertName.ts';

/** The options that a profile decides; each may be set by itself too. */
export interface Profile {
  readonly hidden: number;
  readonly replay: number;
  readonly replayRows: number;
  readonly experts: readonly ExpertName[];
  /** The linear forecast as input of `lstm_direct`: in place of a second network. */
  readonly linear: boolean;
}

const ALL: readonly ExpertName[] = ['last_value', 'linear', 'lstm_residual', 'lstm_direct'];

export const PROFILE_NAMES = ['tiny', 'standard', 'heavy'] as const;

export const PROFILES: Readonly<Record<(typeof PROFILE_NAMES)[number], Profile>> = {
  tiny: { hidden: 16, replay: 2, replayRows: 800, experts: ['last_value', 'linear', 'lstm_direct'], linear: true },
  standard: { hidden: 32, replay: 2, replayRows: 1000, experts: ALL, linear: false },
  heavy: { hidden: 64, replay: 3, replayRows: 2000, experts: ALL, linear: false },
};
