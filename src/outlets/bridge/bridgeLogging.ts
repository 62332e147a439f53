import { REPORTED_BY } from '../../domain/publications.ts';
import { toIsoTime } from '../../domain/time.ts';
import { isAsSevere, type LogEntry } from '../../telemetry/logTap.ts';
import type { Outlet, OutletContext } from '../outlet.ts';
import { Allowance, type Pace } from './allowance.ts';
import { bridgeTopics } from './bridgeTopics.ts';
import { toShortTexts } from './shortTexts.ts';

const PACE: Pace = { perSecond: 10, atOnce: 50 };

/** The topic `<base>/bridge/logging`, never retained: lines of the log, as they are written. */
export class BridgeLogging implements Outlet {
  readonly name = 'logging';
  #context: OutletContext | undefined;
  #allowance: Allowance | undefined;
  #topic = '';
  #leftOff = 0;
  /** A message that is dropped is a line of the log too, which would be the next message. */
  #isPublishing = false;

  start(context: OutletContext): void {
    const { config, control, log$, connected$, follow } = context;
    this.#context = context;
    this.#topic = bridgeTopics(config.mqtt.baseTopic).logging;
    this.#allowance = new Allowance(PACE, performance.now());
    let isConnected = false;
    follow(connected$, (is) => {
      isConnected = is;
    });
    follow(log$, (entry) => {
      const { published } = control.log;
      if (published === 'off' || !isAsSevere(entry.level, published)) return;
      if (isConnected && !this.#isPublishing) this.#publish(entry);
    });
  }

  stop(): void {
    // Lines of the stop are for the log itself: the connection ends.
  }

  #publish(entry: LogEntry): void {
    this.#isPublishing = true;
    try {
      const { publish } = this.#context as OutletContext;
      const payload = logPayload(entry, this.#leftOff);
      const isAllowed = this.#allowance?.take(performance.now()) === true;
      // QoS 0: a broker that refuses it says so later, in a line that this one would have made.
      const isOut = isAllowed && publish({ topic: this.#topic, payload, qos: 0, retain: false });
      this.#leftOff = isOut ? 0 : this.#leftOff + 1;
    } finally {
      this.#isPublishing = false;
    }
  }
}

/** JSON of a line. @param leftOff lines that were left off before it */
export function logPayload({ at, level, message, fields }: LogEntry, leftOff: number): string {
  const left_off = leftOff > 0 ? leftOff : undefined;
  const ts = toIsoTime(at);
  return JSON.stringify({ level, ts, message, fields: toShortTexts(fields), left_off, reported_by: REPORTED_BY });
}
