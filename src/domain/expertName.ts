export const EXPERT_NAMES = [
  'last_value',
  'linear',
  'lstm_residual',
  'lstm_direct',
  'seasonal_day',
  'seasonal_week',
] as const;

/** Name of an expert: an always-on baseline or a network. */
export type ExpertName = (typeof EXPERT_NAMES)[number];
