import type { Delivery } from './delivery.ts';

/** `repeat`: the broker has sent it on this connection before; it is answered, or its answer is on its way. */
export type Received = Delivery | 'repeat' | 'in-use' | undefined;

/** States of a packet id (MQTT 4.3.3). `RELEASABLE`: PUBREC has been sent, PUBREL has not come. */
export const FREE = 0;
export const PENDING = 1;
export const RELEASABLE = 2;

/** A question costs the broker more than an acknowledgement. */
export const ASK_EVERY_MS = 500;
/** Acknowledgements that are through are thrown away in bulk. */
export const TIDY_AFTER = 1024;
