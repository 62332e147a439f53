import { isReading } from '../domain/streamInput.ts';
import { OLDEST_TOLD_MS } from '../domain/time.ts';
import type { Arrival } from './arrival.ts';

/** Latency at most: a message that was sent during the burst is newer than the newest of its topic less the burst's length and this. */
const LATENCY_MS = 1000;

/**
 * Messages that came in one burst, each topic in its own places: what was sent during the burst, and came ahead of messages of its topic that
 * were kept, stands behind them. All else stays where it is: what a sensor itself sends in disorder says something of its clock. Times are
 * compared within a topic only, so that a clock may be wrong.
 */
export function inTimeOfTopics(burst: readonly Arrival[]): Arrival[] {
  const ordered = [...burst];
  const [first] = burst;
  const last = burst.at(-1);
  if (first === undefined || last === undefined) return ordered;
  const length = Math.max(0, last.message.receivedAt - first.message.receivedAt) + LATENCY_MS;
  for (const places of placesByTopic(burst).values()) {
    const arrivals = places.map((place) => burst[place] as Arrival);
    for (const [i, arrival] of newLast(arrivals, length).entries()) ordered[places[i] as number] = arrival;
  }
  return ordered;
}

/** @returns topic → places of its messages that tell their time */
function placesByTopic(burst: readonly Arrival[]): ReadonlyMap<string, number[]> {
  const byTopic = new Map<string, number[]>();
  for (const [place, arrival] of burst.entries()) {
    if (!tellsTime(arrival)) continue;
    const { topic } = arrival.message;
    const places = byTopic.get(topic);
    if (places === undefined) byTopic.set(topic, [place]);
    else places.push(place);
  }
  return byTopic;
}

/**
 * Every two messages that are not in the order of their times have to be one that was sent during the burst and one that was kept: those above a
 * moment, and those below it. Else the sensor is to blame.
 */
function newLast(arrivals: readonly Arrival[], length: number): readonly Arrival[] {
  const times = arrivals.map(timeOf);
  let newest = Number.NEGATIVE_INFINITY;
  let newestOvertaken = Number.NEGATIVE_INFINITY;
  for (const time of times) {
    if (time < newest) newestOvertaken = Math.max(newestOvertaken, time);
    newest = Math.max(newest, time);
  }
  let oldest = Number.POSITIVE_INFINITY;
  let oldestOvertaking = Number.POSITIVE_INFINITY;
  for (const time of times.reverse()) {
    if (time > oldest) oldestOvertaking = Math.min(oldestOvertaking, time);
    oldest = Math.min(oldest, time);
  }
  const isMixed = newestOvertaken < oldestOvertaking && oldestOvertaking >= newest - length;
  return isMixed ? [...arrivals].sort((a, b) => timeOf(a) - timeOf(b)) : arrivals;
}

/** @returns whether it can be put in time */
export function tellsTime(arrival: Arrival): boolean {
  return !Number.isNaN(timeOf(arrival));
}

/** Time that the first reading of a message tells, ms; NaN: none, or one that cannot be true. */
function timeOf({ inputs }: Arrival): number {
  const reading = inputs.find(isReading);
  if (reading === undefined) return Number.NaN;
  const { at, origin } = reading;
  return origin === undefined || (origin.isTold && at > origin.arrival - OLDEST_TOLD_MS) ? at : Number.NaN;
}
