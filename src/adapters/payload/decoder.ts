import type { Decode, ProspectsOf, Sensor, SensorOf, SettingsOf } from '../../domain/decode.ts';
import { completeAbout } from '../../domain/deviceClass.ts';
import type { DropReason } from '../../domain/dropReason.ts';
import { decodeStreamId, type StreamId } from '../../domain/streamId.ts';
import type { InputLimits, StreamSource, StreamSpec } from '../../domain/streamSpec.ts';
import { createDeviceBook, type DeviceBook } from './dialects/deviceBook.ts';
import type { TopicReader } from './fieldReader.ts';
import { Intake } from './intake.ts';
import { type Payload, readPayload } from './jsonPayload.ts';
import { showPayload } from './refusedValue.ts';
import { SenderWatch } from './senderWatch.ts';
import { SpecTable, type SpecTableOptions, type TopicPlan } from './specTable.ts';
import type { UnitMemory } from './unitMemory.ts';

export interface DecoderOptions extends SpecTableOptions {
  readonly limits: InputLimits;
  /** Units of the readings of processes before. Default: none are known, and none are kept. */
  readonly units?: UnitMemory | undefined;
  /** Readings that the broker had kept count as others do: in recordings and examples. Default: they are old, and are dropped. */
  readonly takesRetained?: boolean;
}

export interface Decoder {
  readonly decode: Decode;
  readonly settingsOf: SettingsOf;
  /** Tells whether the settings of a stream are certain, though no message of it has come in this process. */
  readonly isCertain: (stream: StreamId) => boolean;
  /** Settings that the stream may have by the configuration, one for each entry that can give it; empty: none can. */
  readonly prospectsOf: ProspectsOf;
  readonly sensorOf: SensorOf;
  /**
   * Other entries are in force from the next message on. An entry object that is in both keeps all that was learned of its devices.
   * @param alive streams that have a learner
   * @returns those of them that no entry gives any more
   */
  respec(specs: readonly StreamSpec[], alive: Iterable<StreamId>): readonly StreamId[];
  /** True for a stream that no entry gives any more, and that no message has brought since. */
  isRetired(stream: StreamId): boolean;
}

const FEWEST_STREAMS = 1024;

/** Text and JSON payloads to samples and labels. */
export function createDecoder(options: DecoderOptions): Decoder {
  const { limits, maxTopics, report, takesRetained = false } = options;
  const devices = createDeviceBook(report, takesRetained, options.units);
  const table = new SpecTable(options, devices);
  const intake = new Intake(table.book);
  const senders = new SenderWatch(Math.max(FEWEST_STREAMS, maxTopics), limits, report);

  const decode: Decode = (message) => {
    intake.begin(message);
    const reason = isLongerThan(message.topic, limits.topic)
      ? 'topic-too-long'
      : message.retained && !takesRetained
        ? readOld(table.planOf(message.topic), intake, limits)
        : readMessage(table.planOf(message.topic), intake, limits);
    if (reason !== undefined) refuseMessage(reason, intake);
    const decoded = intake.end();
    senders.took(message, decoded.samples);
    return decoded;
  };

  return {
    decode,
    settingsOf: (stream) => table.specOf(stream).settings,
    isCertain: (stream) => table.isCertain(stream),
    prospectsOf: (stream) => table.prospectsOf(stream),
    sensorOf: (stream) => describe(stream, table.book.find(stream), devices),
    isRetired: (stream) => table.isRetired(stream),
    respec: (specs, alive) => table.respec(specs, alive),
  };
}

function describe(stream: StreamId, source: StreamSource | undefined, devices: DeviceBook): Sensor | undefined {
  if (source === undefined) return undefined;
  const path = source.path ?? pathOf(stream, source);
  const told = source.about ?? devices.abouts.of(source.topic, path);
  const about = completeAbout(told, decodeStreamId(stream));
  return { ...source, ...about, path, isSilent: devices.presences.isGone(source.topic) };
}

/** Path of the reading of a field that was chosen automatically: it stands in the id. undefined: the payload itself, or not known. */
function pathOf(stream: StreamId, { topic, spec }: StreamSource): string | undefined {
  const base = `${spec.id ?? topic}/`;
  const name = decodeStreamId(stream);
  return spec.fields === 'auto' && name.startsWith(base) ? name.slice(base.length) : undefined;
}

/** Text that looks like JSON and is none is shown: its beginning often tells what is wrong. */
function refuseMessage(reason: DropReason, intake: Intake): void {
  if (reason === 'not-json') intake.refuse(reason, showPayload(intake.message.payload));
  else intake.refuse(reason);
}

/** A message that the broker had kept: devices describe themselves in it, and its readings are old. */
function readOld({ readers }: TopicPlan, intake: Intake, limits: InputLimits): DropReason {
  if (readers === 'no-stream') return readers;
  let reason: DropReason | undefined;
  for (const reader of readers) {
    if (!('readMessage' in reader)) continue;
    const found = reader.readMessage(intake, limits);
    reason ??= found;
  }
  return reason ?? 'retained';
}

/** Lets every entry of the plan read the message; a reason where all of it was for nothing. */
function readMessage({ readers, pace }: TopicPlan, intake: Intake, limits: InputLimits): DropReason | undefined {
  if (readers === 'no-stream') return readers;
  if (readers.length === 0) return 'no-field';
  pace.note(intake.message);
  if (readers.length === 1 && limits.depth > 0 && readQuickly(readers[0], intake, limits.payload)) return undefined;
  let payload: Payload | undefined;
  let reason: DropReason | undefined;
  for (const reader of readers) {
    let found: DropReason | undefined;
    if ('readMessage' in reader) found = reader.readMessage(intake, limits);
    else {
      payload ??= readPayload(intake.message.payload, limits);
      if (payload.kind === 'refused') found = payload.reason;
      else
        found = payload.kind === 'text' ? reader.readText(payload.text, intake) : reader.readJson(payload.root, intake);
    }
    reason ??= found;
  }
  if (intake.isBatch || (payload?.kind === 'json' && Array.isArray(payload.root))) intake.spread(pace);
  return intake.isEmpty ? reason : undefined;
}

function readQuickly(reader: TopicReader, intake: Intake, limit: number): boolean {
  if (reader.readBytes === undefined) return false;
  const { range } = intake.message;
  if (range === undefined) {
    const { payload } = intake.message;
    return payload.length <= limit && reader.readBytes(payload, 0, payload.length, intake);
  }
  return range.length <= limit && reader.readBytes(range.block, range.start, range.end, intake);
}

/** In bytes of UTF-8, of which a UTF-16 unit takes three at most: short topics need no count. */
function isLongerThan(topic: string, limit: number): boolean {
  return topic.length * 3 > limit && Buffer.byteLength(topic) > limit;
}
