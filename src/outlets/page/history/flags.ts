/** One byte about a reading: the place of its source among the experts, and whether it is part of an anomaly. */
const SOURCE_BITS = 0b111;
const ANOMALY_BIT = 0b1000;

export function toFlags(source: number, anomaly: boolean): number {
  return (source & SOURCE_BITS) | (anomaly ? ANOMALY_BIT : 0);
}

export function sourceOf(flags: number): number {
  return flags & SOURCE_BITS;
}

export function isAnomalous(flags: number): boolean {
  return (flags & ANOMALY_BIT) !== 0;
}

/** The flags of a span: its newest source, and an anomaly where any reading was one. */
export function joinFlags(before: number, newer: number): number {
  return (newer & SOURCE_BITS) | ((before | newer) & ANOMALY_BIT);
}
