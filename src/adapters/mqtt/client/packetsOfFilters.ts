/** Filters of one SUBSCRIBE or UNSUBSCRIBE: AWS IoT ends the connection over more. */
const MOST_FILTERS = 8;

/** Parts of the list that one packet may have, in its order. */
export function packetsOfFilters(filters: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(filters.length / MOST_FILTERS);
  return Array.from({ length: count }, (_, i) => filters.slice(i * MOST_FILTERS, (i + 1) * MOST_FILTERS));
}
