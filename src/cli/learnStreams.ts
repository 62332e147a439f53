import type { Decoder } from '../adapters/payload/decoder.ts';
import type { Config } from '../config/config.ts';
import { TidegateError } from '../domain/errors.ts';
import { encodeStreamId, isStreamId, type StreamId } from '../domain/streamId.ts';
import type { SeriesMap } from '../tools/learn/assignment.ts';

/** Flags of `tidegate learn` that say which stream a series feeds. */
export interface StreamFlags {
  readonly map: string[];
  readonly stream?: string;
  readonly value?: string;
}

/** Reads `--map`. @throws TidegateError TG_USAGE */
export function mapsOf({ map }: StreamFlags, decoder: Decoder): readonly SeriesMap[] {
  return map.map((text) => {
    // Selectors of metrics have the sign too.
    const at = text.lastIndexOf('=');
    if (at < 1 || at === text.length - 1)
      throw new TidegateError(
        'TG_USAGE',
        '--map: expected a series and its stream, such as sensor.hall_temperature=zigbee2mqtt/hall/temperature',
      );
    return { series: text.slice(0, at).trim(), stream: knownStream('--map', text.slice(at + 1).trim(), decoder) };
  });
}

/** The stream of `--stream`. @throws TidegateError TG_USAGE */
export function streamOf({ stream, value, map }: StreamFlags, decoder: Decoder): StreamId | undefined {
  if ((stream === undefined) !== (value === undefined) && (stream !== undefined || map.length === 0))
    throw new TidegateError('TG_USAGE', '--stream and --value belong together: --stream plug/power --value watts');
  return stream === undefined ? undefined : knownStream('--stream', stream, decoder);
}

/** @throws TidegateError TG_USAGE where the configuration has no such stream, or does not say with which settings */
function knownStream(flag: string, name: string, { prospectsOf, isCertain }: Decoder): StreamId {
  const id = isStreamId(name) ? name : encodeStreamId(name);
  if (!isStreamId(id))
    throw new TidegateError('TG_USAGE', `${flag}: ${JSON.stringify(name)} cannot be the id of a stream`);
  if (prospectsOf(id).length === 0)
    throw new TidegateError(
      'TG_USAGE',
      `${flag}: the configuration gives no stream ${JSON.stringify(name)}; \`tidegate check\` lists its entries`,
    );
  if (!isCertain(id))
    throw new TidegateError(
      'TG_USAGE',
      `${flag}: several entries of the configuration can give ${JSON.stringify(name)}, with other settings each`,
    );
  return id;
}

/** A series is taken for a stream by its name alone where that is the id of an entry, or a topic with its field. */
export function isConfiguredBy(config: Config, { prospectsOf, isCertain }: Decoder): (stream: StreamId) => boolean {
  const ids = new Set(config.streams.flatMap(({ id }) => (id === undefined ? [] : [id])));
  return (stream) => (ids.has(stream) || stream.includes('/')) && prospectsOf(stream).length > 0 && isCertain(stream);
}

/** Ids that stand in the configuration. */
export function namedStreams({ streams }: Config): readonly StreamId[] {
  return streams.flatMap(({ id, topic, fields }) => {
    const base = id ?? (/[+#]/.test(topic) ? undefined : topic);
    if (base === undefined) return [];
    if (fields === 'auto' || (id !== undefined && fields.length === 1)) return [encodeStreamId(base)];
    return fields.map(({ name, path }) =>
      encodeStreamId((name ?? path) === undefined ? base : `${base}/${name ?? path}`),
    );
  });
}
