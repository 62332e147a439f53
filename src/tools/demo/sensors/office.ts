import { DAY_MS, HOUR_MS } from './faultPlan.ts';
import type { Random } from './random.ts';
import type { Series } from './sensor.ts';

const OUTDOOR_PPM = 420;
/** Carbon dioxide that one person at a desk adds to this room, ppm per hour. */
const PPM_PER_PERSON_HOUR = 72;
const AIR_CHANGES_PER_HOUR = { ventilated: 0.72, closed: 0.36 };

/** `co2` in ppm of an office week: people from 8 to 17 on weekdays, lunch, and air that is slowly replaced. */
export function createOffice(random: Random): Series {
  let co2 = OUTDOOR_PPM;
  let day = Number.NaN;
  let people = 0;
  let lastAt: number | undefined;

  return (at) => {
    const today = Math.floor(at / DAY_MS);
    if (today !== day) {
      day = today;
      people = 5 + Math.floor(4 * random.uniform());
    }
    const hour = (at % DAY_MS) / HOUR_MS;
    const present = isWorkday(at) ? people * presence(hour) : 0;
    const changes = present > 0 ? AIR_CHANGES_PER_HOUR.ventilated : AIR_CHANGES_PER_HOUR.closed;
    // dC/dt = source − changes·(C − outdoor), solved over the time since the last reading.
    const balance = OUTDOOR_PPM + (present * PPM_PER_PERSON_HOUR) / changes;
    const elapsedHours = (at - (lastAt ?? at)) / HOUR_MS;
    lastAt = at;
    co2 += (balance - co2) * (1 - Math.exp(-changes * elapsedHours));
    return { co2: co2 + 5 * random.normal() };
  };
}

function isWorkday(at: number): boolean {
  const weekday = new Date(at).getUTCDay();
  return weekday >= 1 && weekday <= 5;
}

/** Share of the people who are in. */
function presence(hour: number): number {
  if (hour < 8 || hour >= 17) return 0;
  if (hour < 9) return hour - 8;
  if (hour >= 12 && hour < 13) return 0.25;
  return hour < 16 ? 1 : 17 - hour;
}
