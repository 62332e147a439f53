import type { Stream } from '../../data/stream.ts';

/** Orders that the overview has, with their words. */
export const ORDERS = {
  strange: 'strangest first',
  name: 'by name',
  device: 'by device',
  skill: 'best forecast first',
  age: 'longest silent first',
} as const;

export type Order = keyof typeof ORDERS;

/** Filters that the overview has, with their words. */
export const FILTERS = {
  all: 'all streams',
  alarm: 'with an alarm',
  silent: 'silent',
  learning: 'warming up',
  degraded: 'with a network that rests',
} as const;

export type Filter = keyof typeof FILTERS;

/** Streams under a heading; without one where the order has no groups. */
export interface Group {
  readonly heading: string | null;
  readonly streams: readonly Stream[];
}

export interface Arrangement {
  readonly query: string;
  readonly order: Order;
  readonly filter: Filter;
  /** Epoch ms. */
  readonly now: number;
}

/** Streams that are asked for, in their order. @returns one group, or one for each device */
export function arrange(streams: readonly Stream[], arrangement: Arrangement): readonly Group[] {
  const words = arrangement.query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = streams.filter(
    (stream) => fits(stream, arrangement) && words.every((word) => textOf(stream).includes(word)),
  );
  found.sort(comparison(arrangement.order));
  if (arrangement.order !== 'device') return [{ heading: null, streams: found }];
  const groups = new Map<string, Stream[]>();
  for (const stream of found) {
    const group = groups.get(stream.device);
    if (group === undefined) groups.set(stream.device, [stream]);
    else group.push(stream);
  }
  return [...groups].map(([heading, members]) => ({ heading, streams: members }));
}

function textOf({ id, title, info: { topic } }: Stream): string {
  return `${id} ${title} ${topic ?? ''}`.toLowerCase();
}

function fits(stream: Stream, { filter, now }: Arrangement): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'alarm':
      return stream.isAlarm;
    case 'silent':
      return stream.info.silent || stream.silence(now) !== null;
    case 'learning':
      return stream.info.state === 'learning' || stream.info.state === 'starting';
    case 'degraded':
      return stream.info.state === 'degraded';
  }
}

/** Ties are in the order of the names: else they would change places with each reading. */
function comparison(order: Order): (a: Stream, b: Stream) => number {
  const byName = (a: Stream, b: Stream): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  switch (order) {
    case 'strange':
      return (a, b) => Number(b.isAlarm) - Number(a.isAlarm) || (b.score ?? -1) - (a.score ?? -1) || byName(a, b);
    case 'skill':
      return (a, b) => (b.info.skill ?? -9) - (a.info.skill ?? -9) || byName(a, b);
    case 'age':
      return (a, b) => (a.at ?? 0) - (b.at ?? 0) || byName(a, b);
    case 'device':
      return (a, b) => (a.device < b.device ? -1 : a.device > b.device ? 1 : byName(a, b));
    case 'name':
      return byName;
  }
}
