import type { DropReason } from '../domain/dropReason.ts';

/** Reasons that a healthy system produces all the time: counted, and written at level debug only. */
export const EXPECTED_DROPS: ReadonlySet<DropReason> = new Set([
  ...(['retained', 'own-output', 'missing', 'no-stream', 'no-field', 'duplicate'] as const),
  ...(['availability', 'not-a-reading', 'stale', 'historical'] as const),
]);

/** A device that sends a field only now and then, or that has no value for it. */
export const EXPECTED_GAPS: ReadonlySet<DropReason> = new Set(['missing', 'no-field']);
