import type { StreamInput } from '../domain/streamInput.ts';
import type { Arrival } from './arrival.ts';

/**
 * Puts messages of one burst into the order in which their inputs count. Messages that change places go on together, as one arrival: their receipts in
 * the order of receipt, and their inputs in the other one. After a crash at any moment the journal then knows the first messages of the burst, and no later one
 * without those before it: nothing else tells what a broker repeats that gives neither its packet id nor DUP.
 * @param burst in the order of receipt
 * @param ordered the same arrivals
 */
export function inBundles(burst: readonly Arrival[], ordered: readonly Arrival[]): readonly Arrival[] {
  const places = new Map(burst.map((arrival, place) => [arrival, place]));
  const arrivals: Arrival[] = [];
  let from = 0;
  let last = 0;
  for (const [place, arrival] of ordered.entries()) {
    last = Math.max(last, places.get(arrival) as number);
    if (last > place) continue;
    const end = place + 1;
    arrivals.push(from === place ? arrival : bundleOf(burst.slice(from, end), ordered.slice(from, end)));
    from = end;
  }
  return arrivals;
}

function bundleOf(burst: readonly Arrival[], ordered: readonly Arrival[]): Arrival {
  const heads = burst.map(({ message }) => message);
  const places = new Map(burst.map((arrival, place) => [arrival, place]));
  const inputs = ordered.flatMap((arrival) => arrival.inputs);
  const owners = ordered.flatMap((arrival) => arrival.inputs.map(() => places.get(arrival) as number));
  return { message: heads[0], inputs, bundle: { heads, owners } };
}

/** Messages that an arrival stands for. */
export function messagesOf({ bundle }: Arrival): number {
  return bundle?.heads.length ?? 1;
}

/** @param change gives what takes the place of an input; undefined: nothing does */
export function withInputs(
  { message, inputs, bundle }: Arrival,
  change: (input: StreamInput) => StreamInput | undefined,
): Arrival {
  const changed = inputs.map(change);
  const kept = changed.filter((input) => input !== undefined);
  if (bundle === undefined) return { message, inputs: kept };
  const owners = bundle.owners.filter((_, i) => changed[i] !== undefined);
  return { message, inputs: kept, bundle: { heads: bundle.heads, owners } };
}
