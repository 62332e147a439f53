import type { EpochMs } from '../../../domain/time.ts';

/** Faults of a device, and whether readings still arrive that could be seen as anomalous. */
export const FAULT_KINDS = {
  spike: { meaning: 'a value from nowhere', arrives: true },
  stuck: { meaning: 'the same value again and again', arrives: true },
  shift: { meaning: 'everything higher by a constant', arrives: true },
  'door-open': { meaning: 'the compressor runs and runs', arrives: true },
  cavitation: { meaning: 'vapour in the pump: it shakes and delivers less', arrives: true },
  unavailable: { meaning: 'the text `unavailable` for a reading', arrives: false },
  truncated: { meaning: 'half a message', arrives: false },
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

/** A fault of known place and time, from `from` up to but not including `to`, in sensor time. */
export interface FaultWindow {
  readonly sensor: string;
  readonly kind: FaultKind;
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** `spike`, `door-open`: the value itself; `shift`: added; `cavitation`: factor of the vibration. */
  readonly amount: number;
}
