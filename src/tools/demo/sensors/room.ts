import { DAY_MS, HOUR_MS } from './faultPlan.ts';
import type { Random } from './random.ts';
import type { Series } from './sensor.ts';

/** Time constant with which walls and furniture follow, in hours. */
const TIME_CONSTANT_HOURS = 2.5;

/** `temperature` in °C and `humidity` in %: heating with a night setback, and the sun through the window. */
export function createRoom(random: Random): Series {
  let temperature = 19;
  let day = Number.NaN;
  let clearness = 0.5;
  let lastAt: number | undefined;

  return (at) => {
    const hour = (at % DAY_MS) / HOUR_MS;
    const today = Math.floor(at / DAY_MS);
    if (today !== day) {
      day = today;
      clearness = 0.25 + 0.75 * random.uniform();
    }
    const sun = clearness * Math.max(0, Math.sin((Math.PI * (hour - 6)) / 12));
    const heating = hour >= 6 && hour < 22 ? 20.3 : 17.8;
    const elapsedHours = (at - (lastAt ?? at)) / HOUR_MS;
    lastAt = at;
    temperature += (heating + 3.5 * sun - temperature) * (1 - Math.exp(-elapsedHours / TIME_CONSTANT_HOURS));
    const measured = temperature + 0.03 * random.normal();
    return { temperature: measured, humidity: 47 - 1.8 * (measured - 20) + 0.4 * random.normal() };
  };
}
