import { DAY_MS } from './faultPlan.ts';
import type { Random } from './random.ts';
import type { Series } from './sensor.ts';

const MINUTE_MS = 60_000;
/** The bearing wears and is replaced: the drift starts anew. */
const SERVICE_DAYS = 56;
const DRIFT_PER_DAY = 0.03;
const LAG_MINUTES = 6;

/** `vibration` in mm/s and `flow` in m³/h of a pump between two loads, with a bearing that wears. */
export function createPump(random: Random): Series {
  let isHigh = false;
  let load = 0.55;
  let switchAt: number | undefined;
  let firstAt: number | undefined;
  let lastAt: number | undefined;

  return (at) => {
    firstAt ??= at;
    switchAt ??= at;
    while (at >= switchAt) {
      isHigh = !isHigh;
      switchAt += (isHigh ? 42 : 24) * (1 + 0.05 * random.normal()) * MINUTE_MS;
    }
    const elapsedMinutes = (at - (lastAt ?? at)) / MINUTE_MS;
    lastAt = at;
    load += ((isHigh ? 0.95 : 0.55) - load) * (1 - Math.exp(-elapsedMinutes / LAG_MINUTES));
    const wear = DRIFT_PER_DAY * (((at - firstAt) / DAY_MS) % SERVICE_DAYS);
    return {
      vibration: 0.9 + 2.1 * load + wear + 0.05 * random.normal(),
      flow: 52 * load + 0.4 * random.normal(),
    };
  };
}
