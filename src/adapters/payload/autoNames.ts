import { canNameStream, encodeStreamId, type StreamId } from '../../domain/streamId.ts';
import { isHousekeepingKey } from './housekeeping.ts';

/** Streams that one topic may make without being asked for. */
const MOST_AUTO_STREAMS = 64;
const MOST_REMEMBERED = 128;
/** A stream's name is not longer either. Longer paths are decided on each time. */
const LONGEST_REMEMBERED = 200;

export interface AutoNamesOptions {
  /** The name of the stream of a plain number; fields are named `name/path`. */
  readonly name: string;
  /** Names that earlier entries of the configuration give to fields of the same topic. */
  readonly taken: ReadonlySet<string>;
  /** Dotted path of the configured time, which is no reading; undefined: none is configured. */
  readonly timePathOf: () => string | undefined;
}

/** Decides once for each path of a topic whether it becomes a stream, and under which id; the time path is asked for each time. Bounded. */
export interface AutoNames {
  passesOver(path: string, key: string, holdsObject: boolean): boolean;
  /** Undefined: `refusalOf` says why. */
  streamOf(path: string): StreamId | undefined;
  refusalOf(path: string): 'bad-name' | 'too-many-streams';
}

export function createAutoNames({ name, taken, timePathOf }: AutoNamesOptions): AutoNames {
  const streams = new Map<string, StreamId>();
  const leaves = new Map<string, boolean>();
  const blocks = new Map<string, boolean>();
  return {
    passesOver(path, key, holdsObject) {
      if (path === timePathOf()) return true;
      const known = holdsObject ? blocks : leaves;
      const decided = known.get(path);
      if (decided !== undefined) return decided;
      const isOver = isHousekeepingKey(key, holdsObject) || taken.has(`${name}/${path}`);
      if (known.size < MOST_REMEMBERED && path.length <= LONGEST_REMEMBERED) known.set(path, isOver);
      return isOver;
    },
    streamOf(path) {
      const known = streams.get(path);
      if (known !== undefined || streams.size >= MOST_AUTO_STREAMS || !canNameStream(`${name}/${path}`)) return known;
      const stream = encodeStreamId(`${name}/${path}`);
      streams.set(path, stream);
      return stream;
    },
    refusalOf: (path) => (canNameStream(`${name}/${path}`) ? 'too-many-streams' : 'bad-name'),
  };
}
