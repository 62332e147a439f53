export const OVERFLOWS = ['coalesce', 'drop_oldest', 'drop_newest', 'block'] as const;

/**
 * Rule for messages where too many wait. `coalesce`: a newer one of the same topic takes the place of the one that
 * waits, then the oldest goes. `drop_oldest`, `drop_newest`: as they say. `block`: no message that is owed an
 * acknowledgement is left out; the broker waits. A message with QoS 0 cannot be held back: of these the oldest goes.
 */
export type Overflow = (typeof OVERFLOWS)[number];
