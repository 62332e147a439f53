import { DAY_MS, HOUR_MS } from './faultPlan.ts';
import type { Random } from './random.ts';
import type { Series } from './sensor.ts';

const CLEAR_NOON_WATTS = 780;
const CLOUD_MEMORY_HOURS = 1.5;

/** `irradiance` in W/m² at equinox: a 12-hour day under passing clouds, and nights of exactly zero. */
export function createSolar(random: Random): Series {
  let cloud = 0;
  let lastAt: number | undefined;

  return (at) => {
    const elapsedHours = (at - (lastAt ?? at)) / HOUR_MS;
    lastAt = at;
    // AR(1) with a memory in hours, whatever the sampling period.
    const keep = Math.exp(-elapsedHours / CLOUD_MEMORY_HOURS);
    cloud = keep * cloud + Math.sqrt(1 - keep * keep) * random.normal();
    const hour = (at % DAY_MS) / HOUR_MS;
    const isDay = hour > 6 && hour < 18;
    const height = Math.sin((Math.PI * (hour - 6)) / 12);
    const transmitted = 0.2 + 0.8 / (1 + Math.exp(2 * cloud - 1.5));
    return { irradiance: isDay ? CLEAR_NOON_WATTS * height * transmitted : 0 };
  };
}
