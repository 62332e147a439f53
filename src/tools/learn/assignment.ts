import { closest } from '../../config/problems/closest.ts';
import { TidegateError } from '../../domain/errors.ts';
import { canNameStream, decodeStreamId, encodeStreamId, type StreamId } from '../../domain/streamId.ts';
import { selects } from './formats/seriesName.ts';

/** One `--map series=stream`. */
export interface SeriesMap {
  readonly series: string;
  readonly stream: StreamId;
}

export interface AssignmentOptions {
  readonly maps: readonly SeriesMap[];
  /** Tells if the configuration itself says that there is a stream of this id, and with which settings. */
  readonly isConfigured: (stream: StreamId) => boolean;
}

/** Names of series without a stream that are remembered. */
const MOST_NAMES = 10_000;

/** Says which stream a series of a file feeds: by `--map`, or where it has the name of a stream. No two series of a file feed one. */
export class Assignment {
  readonly #options: AssignmentOptions;
  readonly #streams = new Map<string, StreamId | undefined>();
  readonly #feeds = new Map<StreamId, string>();
  /** Readings of series that feed no stream, by series. */
  readonly left: Map<string, number> = new Map();
  readonly #used = new Set<SeriesMap>();

  constructor(options: AssignmentOptions) {
    this.#options = options;
  }

  /** A file begins: series of other files may feed the same streams, one behind the other. */
  beginFile(): void {
    this.#streams.clear();
    this.#feeds.clear();
  }

  /** @returns undefined: the series feeds none. @throws TidegateError TG_INPUT_INVALID where another series of the file feeds it already */
  streamOf(series: string): StreamId | undefined {
    if (this.#streams.has(series)) return this.#streams.get(series);
    const stream = this.#find(series);
    const before = stream && this.#feeds.get(stream);
    if (before !== undefined)
      throw new TidegateError(
        'TG_INPUT_INVALID',
        `two series feed the stream ${stream}: ${before} and ${series}; name one of them by --map, with all of its name`,
      );
    if (stream !== undefined) this.#feeds.set(stream, series);
    if (this.#streams.size < MOST_NAMES) this.#streams.set(series, stream);
    return stream;
  }

  /** A reading of a series that feeds no stream. */
  leave(series: string, count = 1): void {
    if (this.left.has(series) || this.left.size < MOST_NAMES)
      this.left.set(series, (this.left.get(series) ?? 0) + count);
  }

  /** Names of `--map` that no file has. */
  get unused(): readonly SeriesMap[] {
    return this.#options.maps.filter((map) => !this.#used.has(map));
  }

  /** The series that a name of `--map` may have meant. */
  suggest(series: string): string | undefined {
    return closest(series, [...this.left.keys()]);
  }

  #find(series: string): StreamId | undefined {
    const { maps, isConfigured } = this.#options;
    const map = maps.find((one) => one.series === series) ?? maps.find((one) => selects(one.series, series));
    if (map !== undefined) {
      this.#used.add(map);
      return map.stream;
    }
    if (!canNameStream(series)) return undefined;
    const own = encodeStreamId(series);
    return isConfigured(own) ? own : undefined;
  }
}

const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '_')
    .replace(/^_+|_+$/g, '');

/**
 * Series and streams that seem to be one: `sensor.hall_temperature` of Home Assistant and `zigbee2mqtt/hall/temperature`. A hint for people, and
 * never taken for granted.
 */
export function suggestMaps(series: Iterable<string>, streams: Iterable<StreamId>): readonly SeriesMap[] {
  const slugs = [...streams].map((stream) => ({ stream, slug: slugOf(decodeStreamId(stream)) }));
  return [...series].flatMap((name) => {
    const own = slugOf(name.replace(/^[a-z_]+\./, ''));
    const found = slugs.filter(({ slug }) => own !== '' && (slug === own || slug.endsWith(`_${own}`)));
    const [only] = found;
    return found.length === 1 && only !== undefined ? [{ series: name, stream: only.stream }] : [];
  });
}
