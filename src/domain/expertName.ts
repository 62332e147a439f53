export const EXPERT_NAMES = ['last_value', 'lstm_direct'] as const;

/** Who forecasts: an always-on baseline or a network. */
export type ExpertName = (typeof EXPERT_NAMES)[number];
