import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { TidegateError } from '../../domain/errors.ts';
import type { ClassAnswer, Forecast } from '../../domain/forecast.ts';
import { nineDigits } from '../../domain/nineDigits.ts';
import { grainOf, roundForecast } from '../../domain/roundForecast.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';

/** The settings of a stream that the columns depend on. */
type Settings = Pick<StreamSettings, 'horizons' | 'valid' | 'classify'>;

/** Writes one row per input row; see `openCsv`. */
export interface CsvWriter {
  /**
   * Rows may come in another order than their places: one that comes early waits as text.
   * @param place number of rows that stand before it, from 0; each comes once
   * @param forecast the forecast issued right after this row; where the row gave none, the last one
   */
  write(place: number, time: string, value: string, forecast: Forecast | undefined): Promise<void>;
  /** Resolves when everything is in the file. Rows that still wait, as some before them never came, are written in their order. */
  close(): Promise<void>;
}

/**
 * `time,value,pred_H,lo_H,hi_H … ,anomaly_score,anomaly,source,skill`, with classes also `class,class_probability`: time and value as they were read, a forecast made
 * right after the row for H steps later, empty cells where something is not known (yet).
 * @param target a file, or an open stream that is left open
 * @throws TidegateError TG_OUTPUT_FAILED, also from `write` and `close`
 */
export async function openCsv(target: string | Writable, settings: Settings): Promise<CsvWriter> {
  const isFile = typeof target === 'string';
  const stream = isFile ? createWriteStream(target) : target;
  let failure: unknown;
  stream.on('error', (error: unknown) => {
    failure = error;
  });
  const fail = (error: unknown): TidegateError =>
    new TidegateError(
      'TG_OUTPUT_FAILED',
      `${isFile ? target : 'standard output'}: cannot be written (${codeOf(error)})`,
      { cause: error },
    );
  const put = async (line: string): Promise<void> => {
    if (failure !== undefined) throw fail(failure);
    if (!stream.write(`${line}\n`)) await drained(stream, fail);
  };
  /** Rows that came before their turn, by place. */
  const early = new Map<number, string>();
  let next = 0;
  if (isFile) await once(stream, 'open').catch((error: unknown) => Promise.reject(fail(error)));
  await put(header(settings));
  return {
    async write(place, time, value, forecast) {
      if (failure !== undefined) throw fail(failure);
      early.set(place, row(time, value, forecast, settings));
      for (let line = early.get(next); line !== undefined; line = early.get(next)) {
        early.delete(next++);
        await put(line);
      }
    },
    async close() {
      for (const place of [...early.keys()].sort((a, b) => a - b)) await put(early.get(place) ?? '');
      if (failure !== undefined) throw fail(failure);
      if (!isFile) return;
      stream.end();
      await once(stream, 'close').catch((error: unknown) => Promise.reject(fail(error)));
    },
  };
}

async function drained(stream: Writable, fail: (error: unknown) => TidegateError): Promise<void> {
  await once(stream, 'drain').catch((error: unknown) => Promise.reject(fail(error)));
}

function header({ horizons, classify }: Settings): string {
  const columns = horizons.flatMap(({ label }) => [`pred_${label}`, `lo_${label}`, `hi_${label}`]);
  const classes = classify === undefined ? [] : ['class', 'class_probability'];
  return ['time', 'value', ...columns, 'anomaly_score', 'anomaly', 'source', 'skill', ...classes].join(',');
}

function row(time: string, value: string, forecast: Forecast | undefined, settings: Settings): string {
  const { horizons, valid, classify } = settings;
  const cells = [quote(time), quote(value)];
  const grain = forecast && grainOf(forecast, valid);
  for (let k = 0; k < horizons.length; k++) {
    const issued = forecast?.horizons[k];
    const rounded = issued && grain && roundForecast(issued, grain);
    cells.push(toCell(rounded?.mean), toCell(rounded?.lower), toCell(rounded?.upper));
  }
  const classes = classify === undefined ? [] : toClassCells(forecast?.classAnswer);
  if (forecast === undefined) return [...cells, '', '', '', '', ...classes].join(',');
  const { anomalyScore, anomaly, source, skill } = forecast;
  return [...cells, toRatioCell(anomalyScore), String(anomaly), source, toRatioCell(skill), ...classes].join(',');
}

function toClassCells(answer: ClassAnswer | undefined): string[] {
  if (answer === undefined) return ['', ''];
  const { label, classes, probabilities } = answer;
  return [quote(label), toRatioCell(probabilities[classes.indexOf(label)])];
}

function toCell(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

function toRatioCell(value: number | null): string {
  return value === null || !Number.isFinite(value) ? '' : String(nineDigits(value));
}

/** A cell that begins with `#` would be read as a comment. */
function quote(cell: string): string {
  return /[",\r\n]|^#/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
