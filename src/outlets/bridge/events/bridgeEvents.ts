import type { DomainEvent } from '../../../domain/events.ts';
import type { BorrowedForecast } from '../../../domain/forecast.ts';
import { REPORTED_BY } from '../../../domain/publications.ts';
import type { StreamId } from '../../../domain/streamId.ts';
import { toIsoTime } from '../../../domain/time.ts';
import { alarmIdOf } from '../../alarms/alarmId.ts';
import type { Outlet, OutletContext } from '../../outlet.ts';
import { Allowance, type Pace } from '../allowance.ts';
import { bridgeTopics } from '../bridgeTopics.ts';
import { toShortTexts } from '../shortTexts.ts';
import { TOLD_TYPES, tellEvent } from './eventRows.ts';

/** Events of one kind: a thousand streams that start hold back no alarm. */
const PACE: Pace = { perSecond: 5, atOnce: 50 };

/** The topic `<base>/bridge/event`, never retained: what happens to streams, devices and the daemon, as it happens. */
export class BridgeEvents implements Outlet {
  readonly name = 'events';
  readonly #allowances = new Map<string, Allowance>();
  /** Events of a kind that were left off since its last message. */
  readonly #leftOff = new Map<string, number>();
  /** Id of the running alarm of a stream. */
  readonly #alarms = new Map<StreamId, string>();
  #context: OutletContext | undefined;
  #topic = '';

  start(context: OutletContext): void {
    const { config, configNow, forecasts$, eventsOf, connected$, follow } = context;
    this.#context = context;
    this.#topic = bridgeTopics(config.mqtt.baseTopic).event;
    let isConnected = false;
    const isOn = (): boolean => isConnected && configNow().bridge.events;
    follow(connected$, (is) => {
      isConnected = is;
    });
    follow(eventsOf(...TOLD_TYPES), (event) => {
      if (event.type === 'StreamEvicted') this.#alarms.delete(event.stream);
      if (isOn()) this.#tell(event);
    });
    follow(forecasts$, (forecast) => {
      // Nearly all forecasts are done with here.
      if (forecast.anomaly !== this.#alarms.has(forecast.stream)) this.#tellAlarm(forecast, isOn());
    });
  }

  stop(): void {
    // What happens at the end is told on `bridge/state`.
  }

  #tell(event: Extract<DomainEvent, { readonly type: (typeof TOLD_TYPES)[number] }>): void {
    const { name, data } = tellEvent(event);
    this.#publish(name, data);
  }

  #tellAlarm(forecast: BorrowedForecast, isOn: boolean): void {
    const { alarms } = this.#context as OutletContext;
    const { stream, anomaly } = forecast;
    const own = alarmIdOf(stream, forecast.at);
    const id = this.#alarms.get(stream) ?? alarms.running(stream)?.id ?? own;
    if (anomaly) this.#alarms.set(stream, id);
    else this.#alarms.delete(stream);
    // The process before has told of one that began earlier.
    if (!isOn || (anomaly && id !== own)) return;
    const { value, expected, anomalyScore } = forecast.toForecast();
    const data = { stream, id, y: value, yhat: expected?.mean ?? null, anomaly_score: anomalyScore };
    this.#publish(anomaly ? 'alarm_started' : 'alarm_ended', data);
  }

  #publish(type: string, data: object): void {
    const { control, publish } = this.#context as OutletContext;
    const isAllowed = this.#allowanceOf(type).take(performance.now());
    const leftOff = this.#leftOff.get(type) ?? 0;
    const ts = toIsoTime(control.now());
    const payload = eventPayload({ type, ts, data }, leftOff);
    if (isAllowed && publish({ topic: this.#topic, payload, qos: 0, retain: false })) this.#leftOff.delete(type);
    else this.#leftOff.set(type, leftOff + 1);
  }

  #allowanceOf(type: string): Allowance {
    let allowance = this.#allowances.get(type);
    if (allowance === undefined) {
      allowance = new Allowance(PACE, performance.now());
      this.#allowances.set(type, allowance);
    }
    return allowance;
  }
}

/** JSON of an event. @param leftOff events of its type that were left off before it */
export function eventPayload(
  { data, ...head }: { readonly type: string; readonly ts: string; readonly data: object },
  leftOff: number,
): string {
  const left_off = leftOff > 0 ? leftOff : undefined;
  return JSON.stringify({ ...head, data: toShortTexts(data), left_off, reported_by: REPORTED_BY });
}
