import { renderTable } from '../../../adapters/terminal/renderTable.ts';
import type { SensorOf } from '../../../domain/decode.ts';
import type { DropReason } from '../../../domain/dropReason.ts';
import type { Forecast } from '../../../domain/forecast.ts';
import type { StreamId } from '../../../domain/streamId.ts';
import type { Counters } from '../../../telemetry/counters.ts';
import { type HorizonScore, ReplayScore } from '../replayScore.ts';

/** A stream of a recording, and what came of it. */
interface RecordedStream {
  readonly id: StreamId;
  readonly unit: string | undefined;
  readonly dialect: string | undefined;
  /** Steps with a forecast. */
  readonly samples: number;
  /** Steps that were judged anomalous. */
  readonly anomalous: number;
  /** Smallest horizon; undefined: nothing was forecast. */
  readonly score: HorizonScore | undefined;
}

export interface RecordingResult {
  readonly messages: number;
  /** Lines of the file that are no messages. */
  readonly wrongLines: number;
  readonly dropped: ReadonlyMap<DropReason, number>;
  /** Errors of ours. */
  readonly failures: number;
  readonly streams: readonly RecordedStream[];
  readonly isComplete: boolean;
}

interface Tally {
  readonly score: ReplayScore;
  samples: number;
  anomalous: number;
}

/** Gathers what comes of a recording. */
export class RecordingReport {
  messages = 0;
  readonly #counters: Counters;
  readonly #sensorOf: SensorOf;
  readonly #streams = new Map<StreamId, Tally>();

  constructor(counters: Counters, sensorOf: SensorOf) {
    this.#counters = counters;
    this.#sensorOf = sensorOf;
  }

  add(forecast: Forecast): void {
    const { stream, anomaly } = forecast;
    const tally = this.#streams.get(stream) ?? { score: new ReplayScore(), samples: 0, anomalous: 0 };
    this.#streams.set(stream, tally);
    tally.samples++;
    tally.anomalous += Number(anomaly);
    tally.score.add(forecast);
  }

  result(end: Pick<RecordingResult, 'wrongLines' | 'isComplete'>): RecordingResult {
    const { dropped, failures } = this.#counters;
    const streams = [...this.#streams].map(([id, { score, samples, anomalous }]) => {
      const { unit, dialect } = this.#sensorOf(id) ?? {};
      return { id, unit, dialect, samples, anomalous, score: score.scores()[0] };
    });
    const sorted = streams.sort((a, b) => (a.id < b.id ? -1 : 1));
    return { messages: this.messages, dropped, failures, streams: sorted, ...end };
  }
}

export function recordingToJson({ dropped, wrongLines, isComplete, streams, ...counts }: RecordingResult): string {
  return JSON.stringify({
    ...counts,
    wrong_lines: wrongLines,
    dropped: Object.fromEntries(dropped),
    complete: isComplete,
    streams: streams.map(({ score, ...stream }) => ({
      ...stream,
      horizon: score?.horizon ?? null,
      mae: score?.mae ?? null,
      gain_over_last_value: score?.gainOverLastValue ?? null,
      coverage: score?.coverage ?? null,
    })),
  });
}

export function recordingToText(result: RecordingResult): string {
  const { messages, wrongLines, dropped, failures, streams, isComplete } = result;
  const figure = (value: number | null | undefined, digits: number): string => value?.toPrecision(digits) ?? '-';
  const table = renderTable(
    [
      { title: 'stream', text: ({ id }: RecordedStream) => id },
      { title: 'unit', text: ({ unit }) => unit ?? '' },
      { title: 'dialect', text: ({ dialect }) => dialect ?? '' },
      { title: 'steps', text: ({ samples }) => String(samples), align: 'right' },
      { title: 'MAE', text: ({ score }) => figure(score?.mae, 5), align: 'right' },
      { title: 'gain', text: ({ score }) => figure(score?.gainOverLastValue, 3), align: 'right' },
      { title: 'coverage', text: ({ score }) => figure(score?.coverage, 3), align: 'right' },
      { title: 'anomalous', text: ({ anomalous }) => String(anomalous), align: 'right' },
    ],
    streams,
  );
  const drops = [...dropped].map(([reason, count]) => `${count} ${reason}`).join(', ');
  const lines = [`${table}`, `${messages} messages, ${streams.length} streams, dropped: ${drops || 'none'}`];
  if (wrongLines > 0) lines.push(`lines that are no messages: ${wrongLines}`);
  if (failures > 0) lines.push(`errors of tidegate: ${failures}; please report them`);
  if (!isComplete) lines.push('interrupted: the rest of the recording was not read');
  return `${lines.join('\n')}\n`;
}
