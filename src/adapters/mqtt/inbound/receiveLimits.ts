/**
 * Window of unacknowledged messages. Messages whose acknowledgement comes after a commit fill it in each: messages per
 * second ≤ window / (time between two commits). At 1,000 it is no longer the window that bounds it, and one committed
 * batch is of some 500.
 */
export const RECEIVE_MAXIMUM: Readonly<Record<'at-once' | 'deferred', number>> = { 'at-once': 100, deferred: 1000 };

/** A quarter of the packet ids: however many of them a broker goes through, none means two messages at once. */
export const MOST_UNACKNOWLEDGED = 16_384;
