import type { DropReason } from '../../domain/dropReason.ts';
import type { Report } from '../../domain/events.ts';
import type { Inbound } from '../../domain/sample.ts';
import type { InputLimits, StreamSpec } from '../../domain/streamSpec.ts';
import type { EpochMs, ZoneOffset } from '../../domain/time.ts';
import { Descriptions } from './dialects/descriptions.ts';
import type { DeviceBook } from './dialects/deviceBook.ts';
import type { Dialect, DialectMessage, ReadDialect } from './dialects/dialect.ts';
import { DIALECTS } from './dialects/dialects.ts';
import { generic } from './dialects/generic.ts';
import { createSenderAt } from './dialects/senderOf.ts';
import { TopicReadings } from './dialects/topicReadings.ts';
import type { MessageReader } from './fieldReader.ts';
import type { Intake } from './intake.ts';
import { type Payload, readPayload } from './jsonPayload.ts';
import type { ReadSampleTime } from './sampleTime.ts';

/** The readers of one configuration entry, made when they are first needed. What they remember is shared by its topics. */
export class DialectReaders {
  readonly devices: DeviceBook;
  readonly #source: StreamSpec['source'];
  readonly #senderAt: ((record: object) => string) | undefined;
  readonly #readers = new Map<Dialect, ReadDialect>();

  constructor({ by, source }: StreamSpec, devices: DeviceBook) {
    this.#source = source;
    this.devices = devices;
    this.#senderAt = by === undefined ? undefined : createSenderAt(by);
  }

  of(dialect: Dialect): ReadDialect {
    let reader = this.#readers.get(dialect);
    if (reader === undefined) {
      reader = dialect.create({
        senderAt: this.#senderAt,
        rebirth: this.#source?.rebirth,
        keepalive: this.#source?.keepalive,
      });
      this.#readers.set(dialect, reader);
    }
    return reader;
  }
}

export interface DialectReaderOptions {
  readonly topic: string;
  readonly spec: StreamSpec;
  readonly readers: DialectReaders;
  readonly timeOf: ReadSampleTime;
  readonly zone: ZoneOffset;
  readonly report: Report;
  /** Its messages are read for what they say of devices: their readings are of no stream. Default: they are read. */
  readonly onlyDescribes?: boolean;
}

interface Choice {
  readonly dialect: Dialect;
  readonly read: ReadDialect;
  readonly readings: TopicReadings | Descriptions;
}

/** Reads the messages of one topic in the dialect that the configuration names, or in the one that the first message shows. */
export class DialectReader implements MessageReader {
  readonly #options: DialectReaderOptions;
  readonly #message: LentMessage;
  #choice: Choice | undefined;
  #wasUnclear = false;

  constructor(options: DialectReaderOptions) {
    this.#options = options;
    this.#message = new LentMessage(options.topic);
    const name = options.spec.source?.dialect;
    const named = DIALECTS.find((dialect) => dialect.name === name);
    if (named !== undefined) this.#choice = this.#choose(named);
  }

  readMessage(intake: Intake, limits: InputLimits): DropReason | undefined {
    const message = this.#message;
    message.set(intake.message, limits);
    if (message.bytes.length > LONGEST_DESCRIPTION) return 'too-large';
    const choice = this.#choice ?? this.#recognise(message);
    if (choice === undefined) return 'several-dialects';
    const { readings, dialect } = choice;
    if (message.bytes.length > limits.payload) {
      if (dialect.describes?.(message.levels) !== true) return 'too-large';
      message.set(intake.message, { ...limits, payload: LONGEST_DESCRIPTION });
    }
    const read = message.bytes.length > 0 ? choice.read : (dialect.readEmpty ?? readNothing);
    readings.begin(intake);
    const reason = readings.end(read(message, readings));
    message.giveBack();
    return reason;
  }

  /** undefined where two dialects fit. What is empty or cannot be read at all shows no dialect: the next message is asked again. */
  #recognise(message: DialectMessage): Choice | undefined {
    const fitting = fittingTo(message);
    if (fitting.length > 1) {
      this.#reportUnclear(fitting);
      return undefined;
    }
    const choice = this.#choose(fitting[0] ?? generic);
    const isSure = fitting.length === 1 || (message.bytes.length > 0 && message.content.kind !== 'refused');
    if (isSure) this.#choice = choice;
    return choice;
  }

  #choose(dialect: Dialect): Choice {
    const { topic, spec, readers, timeOf, zone, onlyDescribes } = this.#options;
    const { devices } = readers;
    const readings =
      onlyDescribes === true
        ? new Descriptions(devices, zone)
        : new TopicReadings({ topic, spec, dialect, timeOf, zone, devices });
    return { dialect, read: readers.of(dialect), readings };
  }

  #reportUnclear(dialects: readonly Dialect[]): void {
    if (this.#wasUnclear) return;
    this.#wasUnclear = true;
    const { topic, report } = this.#options;
    report({ type: 'DialectUnclear', topic, dialects: dialects.map(({ name }) => name) });
  }
}

/** Dialects that a message fits. */
function fittingTo(message: DialectMessage): readonly Dialect[] {
  const fitting = DIALECTS.filter(({ fits }) => fits(message));
  if (fitting.length < 2) return fitting;
  const owns = ({ begins }: Dialect): boolean => begins?.includes(message.levels[0]) === true;
  return fitting.some(owns) ? fitting.filter((dialect) => dialect.yields !== true || owns(dialect)) : fitting;
}

/** Bytes of a message in which devices describe themselves: the list of all that a bridge knows. */
const LONGEST_DESCRIPTION = 4 * 2 ** 20;
const readNothing: ReadDialect = () => 'missing';

const NO_BYTES = new Uint8Array(0);

/** One for all messages of a topic. */
class LentMessage implements DialectMessage {
  readonly topic: string;
  readonly levels: readonly string[];
  bytes: Uint8Array = NO_BYTES;
  receivedAt: EpochMs = 0 as EpochMs;
  retained = false;
  contentType: string | undefined = undefined;
  #limits: InputLimits | undefined;
  #content: Payload | undefined;

  constructor(topic: string) {
    this.topic = topic;
    this.levels = topic.split('/');
  }

  get content(): Payload {
    this.#content ??= readPayload(this.bytes, this.#limits as InputLimits);
    return this.#content;
  }

  set({ payload, receivedAt, retained, contentType }: Inbound, limits: InputLimits): void {
    this.bytes = payload;
    this.receivedAt = receivedAt;
    this.retained = retained;
    this.contentType = contentType;
    this.#limits = limits;
    this.#content = undefined;
  }

  /** No reader is left. */
  giveBack(): void {
    this.bytes = NO_BYTES;
    this.#content = undefined;
  }
}
