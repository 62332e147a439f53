import type { PastAlarm } from '../../domain/alarm.ts';
import type { SettingsOf } from '../../domain/decode.ts';
import type { BorrowedForecast } from '../../domain/forecast.ts';
import { EXPECTED, RESOLUTION, SCORE, VALUE } from '../../domain/forecastRow.ts';
import { grainOf, roundForecast } from '../../domain/roundForecast.ts';
import { type EpochMs, toEpochMs } from '../../domain/time.ts';
import type { Outlet, OutletContext } from '../outlet.ts';
import { alarmIdOf } from './alarmId.ts';
import type { AlarmRecord } from './alarmRecord.ts';
import { type Told, ToldAlarms } from './toldAlarms.ts';

/**
 * Keeps the record of alarms. What is published says when one starts and ends: learners tell of alarms again that they live through once more after a
 * start. They tell why.
 */
export class AlarmKeeper implements Outlet {
  readonly name = 'alarms';
  readonly #record: AlarmRecord;
  readonly #told = new ToldAlarms();
  #settingsOf: SettingsOf | undefined;

  constructor(record: AlarmRecord) {
    this.#record = record;
  }

  start({ forecasts$, eventsOf, settingsOf, control, follow }: OutletContext): void {
    this.#settingsOf = settingsOf;
    follow(eventsOf('AlarmStarted', 'AlarmEnded'), (news) => this.#told.note(news.stream, news));
    follow(forecasts$, (forecast) => this.#look(forecast));
    follow(eventsOf('StreamEvicted'), ({ stream, wanted }) => {
      this.#told.drop(stream);
      const open = wanted === 'forgotten' ? this.#record.running(stream) : undefined;
      // No learner is left that could say that it has ended.
      if (open !== undefined) this.#record.end(open, control.now());
    });
  }

  stop(): void {
    // An alarm outlives the process.
  }

  #look(forecast: BorrowedForecast): void {
    if (forecast.anomaly) this.#seeAlarm(forecast);
    else if (this.#record.hasOpen) this.#seeNone(forecast);
  }

  #seeAlarm(forecast: BorrowedForecast): void {
    const open = this.#record.running(forecast.stream);
    if (open === undefined) this.#record.add(this.#alarmOf(forecast));
    else this.#record.raise(open, scoreOf(forecast) ?? 0);
  }

  #seeNone({ stream, at }: BorrowedForecast): void {
    const open = this.#record.running(stream);
    if (open === undefined) return;
    const ended = this.#told.of(stream, open.start)?.ended;
    this.#told.forgetUpTo(stream, open.start);
    if (ended === undefined) this.#record.end(open, at);
    else this.#record.end(open, ended.at, { score: toScore(ended.score), evidence: ended.evidence });
  }

  #alarmOf(forecast: BorrowedForecast): PastAlarm {
    const { stream, at } = forecast;
    const { at: start = at, started } = this.#told.by(stream, at) ?? ({} as Partial<Told>);
    const { y, ...bounds } = this.#expectationOf(forecast, started);
    return {
      id: alarmIdOf(stream, toEpochMs(start)),
      stream,
      start: start as EpochMs,
      end: null,
      score: scoreOf(forecast),
      channel: started?.channel ?? null,
      y,
      ...bounds,
      knownLow: toNullable(started?.knownLow),
      knownHigh: toNullable(started?.knownHigh),
      verdict: null,
      evidence: null,
    };
  }

  /** In the decimals in which forecasts are published. @param started missing where that was in the life before: then it is of now */
  #expectationOf(
    { stream, numbers }: BorrowedForecast,
    started: Told['started'],
  ): Pick<PastAlarm, 'y' | 'yhat' | 'yhatLower' | 'yhatUpper'> {
    const y = started?.y ?? numbers[VALUE];
    const grain = grainOf({ value: y, resolution: numbers[RESOLUTION] }, this.#settingsOf?.(stream).valid);
    const mean = started?.yhat ?? numbers[EXPECTED];
    const lower = started?.yhatLower ?? numbers[EXPECTED + 1];
    const upper = started?.yhatUpper ?? numbers[EXPECTED + 2];
    const rounded = roundForecast({ mean, lower, upper }, grain);
    return { y: toNullable(y), yhat: rounded.mean, yhatLower: rounded.lower, yhatUpper: rounded.upper };
  }
}

function scoreOf({ numbers }: BorrowedForecast): number | null {
  return toScore(numbers[SCORE]);
}

function toScore(score: number): number | null {
  return Number.isFinite(score) ? Math.round(score * 1e4) / 1e4 : null;
}

function toNullable(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
