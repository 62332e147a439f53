import { createZoneOffset } from '../../adapters/clock/zoneOffset.ts';
import type { Decode } from '../../domain/decode.ts';
import type { DropReason } from '../../domain/dropReason.ts';
import { TidegateError } from '../../domain/errors.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Choice } from '../replay/rowFilter.ts';
import type { TimeFormat } from '../replay/times/timeFormat.ts';
import type { Assignment } from './assignment.ts';
import { detectFormat } from './formats/detectFormat.ts';
import { type RecorderTable, readRecorder } from './formats/homeAssistantDb.ts';
import { isObject, readJsonHistory } from './formats/jsonHistory.ts';
import { MessageHistory } from './formats/messageHistory.ts';
import { readPrometheusText } from './formats/prometheusText.ts';
import { readTable } from './formats/tableHistory.ts';
import { linesOf } from './formats/textFile.ts';
import { Readings } from './readings.ts';
import type { Recorded } from './recorded.ts';

export interface ReadOptions {
  readonly assignment: Assignment;
  readonly settingsOf: (stream: StreamId) => StreamSettings;
  readonly decode: Decode;
  readonly now: EpochMs;
  readonly since: EpochMs | undefined;
  /** Zone of times without an offset. */
  readonly zone: string;
  readonly table: RecorderTable;
  /** Columns of tables. */
  readonly time: string | undefined;
  readonly format: TimeFormat | undefined;
  readonly where: readonly Choice[];
  readonly value: string | undefined;
  readonly stream: StreamId | undefined;
}

/** Contents of all files. */
export interface ReadHistory {
  /** In the order in which they were met. */
  readonly streams: readonly Readings[];
  /** Parts of files that are no reading, a sentence for each file. */
  readonly faults: readonly string[];
  readonly notices: readonly string[];
  /** Messages that gave no reading. */
  readonly dropped: ReadonlyMap<DropReason, number>;
}

/** Characters of a JSON document that is read as one. */
const LARGEST_DOCUMENT = 256 * 1_048_576;

/** Reads files of history, each by what is in it. @throws TidegateError TG_INPUT_NOT_FOUND, TG_INPUT_INVALID */
export async function readFiles(files: readonly string[], options: ReadOptions): Promise<ReadHistory> {
  const reader = new FileReader(options);
  for (const file of files) await reader.read(file);
  return reader.result();
}

class FileReader {
  readonly #options: ReadOptions;
  readonly #readings = new Map<StreamId, Readings>();
  readonly #faults: string[] = [];
  readonly #notices = new Set<string>();
  readonly #dropped = new Map<DropReason, number>();

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  result(): ReadHistory {
    return {
      streams: [...this.#readings.values()],
      faults: this.#faults,
      notices: [...this.#notices],
      dropped: this.#dropped,
    };
  }

  async read(file: string): Promise<void> {
    this.#options.assignment.beginFile();
    const format = await detectFormat(file);
    const faults = new FaultCount();
    if (format === 'sqlite') this.#readDatabase(file);
    else if (format === 'prometheus') await readPrometheusText(linesOf(file), this.#take, faults);
    else if (format === 'json') await this.#readJson(file, faults);
    else
      await readTable(file, {
        ...this.#options,
        readingsOf: this.#readingsOf,
        faults,
        notice: (text) => this.#notices.add(text),
      });
    const sentence = faults.sentence(file);
    if (sentence !== undefined) this.#faults.push(sentence);
  }

  readonly #readingsOf = (stream: StreamId): Readings => {
    const known = this.#readings.get(stream);
    if (known !== undefined) return known;
    const { settingsOf, now, since } = this.#options;
    const readings = new Readings({ stream, settings: settingsOf(stream), now, since });
    this.#readings.set(stream, readings);
    return readings;
  };

  readonly #take = (reading: Recorded): void => {
    const stream = this.#streamOf(reading.series);
    if (stream === undefined) {
      this.#options.assignment.leave(reading.series);
      return;
    }
    const readings = this.#readingsOf(stream);
    readings.series.add(reading.series);
    readings.take(reading);
  };

  /** `--stream` with `--value` names one series. */
  #streamOf(series: string): StreamId | undefined {
    const { value, stream, assignment } = this.#options;
    return value !== undefined && value === series ? stream : assignment.streamOf(series);
  }

  #readDatabase(file: string): void {
    const { assignment, table } = this.#options;
    readRecorder(file, {
      table,
      found: (entity) => {
        if (this.#streamOf(entity) === undefined) assignment.leave(entity, 0);
      },
      wants: (entity) => this.#streamOf(entity) !== undefined,
      take: this.#take,
    });
  }

  /** Lines of JSON each, or one document over all lines. */
  async #readJson(file: string, faults: FaultCount): Promise<void> {
    const messages = this.#messages(faults);
    const reader = { take: this.#take, faults, zone: createZoneOffset(this.#options.zone) };
    const document: string[] = [];
    let length = 0;
    let number = 0;
    for await (const line of linesOf(file)) {
      number++;
      if (line.trim() === '') continue;
      const value = document.length === 0 ? parse(line) : undefined;
      if (value === undefined && (document.length > 0 || number === 1)) {
        document.push(line);
        length += line.length;
        if (length > LARGEST_DOCUMENT)
          throw new TidegateError(
            'TG_INPUT_INVALID',
            `${file}: a JSON document of more than 256 MB; an export in lines has no such bound`,
          );
      } else if (value === undefined) faults.note(`line ${number}`, 'no JSON');
      else if (isObject(value) && typeof value['topic'] === 'string' && 'payload' in value)
        messages.take(line, `line ${number}`);
      else readJsonHistory(value, `line ${number}`, reader);
    }
    messages.end();
    if (document.length === 0) return;
    const whole = parse(document.join('\n'));
    if (whole === undefined)
      throw new TidegateError('TG_INPUT_INVALID', `${file}: is no JSON, and has no JSON in its lines`);
    readJsonHistory(whole, 'the document', reader);
  }

  #messages(faults: FaultCount): MessageHistory {
    return new MessageHistory({
      decode: this.#options.decode,
      readingsOf: this.#readingsOf,
      faults,
      drop: (reason) => void this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1),
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Counts the parts of a file that are no readings. */
class FaultCount {
  #count = 0;
  #first = '';

  note(where: string, what: string): void {
    if (this.#count++ === 0) this.#first = `${where}: ${what}`;
  }

  sentence(file: string): string | undefined {
    if (this.#count === 0) return undefined;
    return this.#count === 1
      ? `${file}: ${this.#first}`
      : `${file}: ${this.#count} parts are no readings, the first: ${this.#first}`;
  }
}
