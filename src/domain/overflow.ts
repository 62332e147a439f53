export const OVERFLOWS = ['coalesce', 'drop_oldest', 'drop_newest', 'block'] as const;

/**
 * What becomes of messages where too many wait. `coalesce`: a newer one of the same topic takes the place of the one that
 * waits, then the oldest goes. `drop_oldest`, `drop_newest`: as they say. `block`: nothing that is owed an acknowledgement is
 * left out; the broker waits for us. What comes with QoS 0 nobody holds back: of that the oldest goes.
 */
export type Overflow = (typeof OVERFLOWS)[number];
