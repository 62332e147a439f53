import { matchesFilter } from '../../adapters/mqtt/inbound/topicFilter.ts';
import { createDecoder, type Decoder } from '../../adapters/payload/decoder.ts';
import { completeAbout } from '../../domain/deviceClass.ts';
import { BINARY_FORMATS, type BinaryFormat } from '../../domain/dialectName.ts';
import { DROP_REASONS, type DropReason } from '../../domain/dropReason.ts';
import type { Report } from '../../domain/events.ts';
import type { Inbound, Sample } from '../../domain/sample.ts';
import { decodeStreamId } from '../../domain/streamId.ts';
import type { InputLimits, StreamSpec } from '../../domain/streamSpec.ts';
import { toIsoTime, type ZoneOffset } from '../../domain/time.ts';
import type { MessageLine } from './messageLine.ts';

/** Topics whose dialect is remembered. */
const MOST_TOPICS = 10_000;

/** A reading as `tidegate decode` prints it. */
export interface ReadingLine {
  readonly topic: string;
  /** `topic#path`; the topic alone for a plain number. */
  readonly stream: string;
  readonly value: number;
  /** ISO 8601; null: the message tells none, so the moment of its arrival counts. */
  readonly time: string | null;
  readonly unit?: string | undefined;
  readonly deviceClass?: string | undefined;
  readonly dialect?: string | undefined;
}

/** A message, or a part of one, that gave no reading. */
export interface DropLine {
  readonly topic: string;
  readonly dropped: DropReason;
  readonly detail: string;
  /** The refused value with its field, and the option that reads it. */
  readonly field?: string;
  readonly value?: string;
  readonly remedy?: string;
}

export interface DecodeOptions {
  readonly specs: readonly StreamSpec[];
  readonly limits: InputLimits;
  readonly zoneOffsetOf: (zone: string) => ZoneOffset;
  readonly report: Report;
  /** Readings that the broker had kept count, as in examples. The daemon takes none of them. Default: they count. */
  readonly takesRetained?: boolean;
}

/** Decodes messages one by one with the decoder of the daemon, which remembers what births and descriptions tell. */
export function createMessageDecoder(
  options: DecodeOptions,
): (message: MessageLine) => readonly (ReadingLine | DropLine)[] {
  const create = (specs: readonly StreamSpec[]): Decoder =>
    createDecoder({
      ...options,
      specs,
      matchesFilter,
      maxTopics: MOST_TOPICS,
      takesRetained: options.takesRetained ?? true,
    });
  const decoder = create(options.specs);
  /** Decoders for messages that name the format of their bytes. */
  const declared = new Map<BinaryFormat, Decoder>();

  function decoderFor({ encoding = '' }: MessageLine): Decoder {
    const format = BINARY_FORMATS.find((name) => encoding === `base64:${name}`);
    if (format === undefined) return decoder;
    const known = declared.get(format) ?? create(options.specs.map((spec) => withFormat(spec, format)));
    declared.set(format, known);
    return known;
  }

  return (line) => {
    const { message } = line;
    // A recording has all its messages, those of the broker's store too, in their order.
    const { samples, drops } = decoderFor(line).decode(message);
    const readings = samples.map((sample) => toReading(sample, message));
    return [
      ...readings,
      ...drops.map(({ reason, topic, refused }) => ({
        topic,
        dropped: reason,
        detail: DROP_REASONS[reason],
        ...refused,
      })),
    ];
  };
}

function withFormat(spec: StreamSpec, dialect: BinaryFormat): StreamSpec {
  return spec.source === undefined ? spec : { ...spec, source: { ...spec.source, dialect } };
}

function toReading({ stream, value, at, origin, source }: Sample, { topic }: Inbound): ReadingLine {
  const about = completeAbout(source?.about, decodeStreamId(stream));
  return {
    topic,
    stream: nameOf(decodeStreamId(stream), source?.path),
    value,
    time: origin?.isTold === false ? null : toIsoTime(at),
    ...(about.unit !== undefined && { unit: about.unit }),
    ...(about.deviceClass !== undefined && { deviceClass: about.deviceClass }),
    ...(source?.dialect !== undefined && { dialect: source.dialect }),
  };
}

function nameOf(name: string, path: string | undefined): string {
  return path === undefined ? name : `${name.slice(0, name.length - path.length - 1)}#${path}`;
}
