import { DAY_MS, HOUR_MS } from './faultPlan.ts';
import type { Random } from './random.ts';
import type { Series } from './sensor.ts';

const MINUTE_MS = 60_000;
const RUN_WATTS = 80;

/** `power` in W behind a plug: compressor on and off, longer on when the door is used; `energy` in kWh. */
export function createFridge(random: Random): Series {
  let running = false;
  let startedAt = 0;
  let switchAt: number | undefined;
  let lastAt: number | undefined;
  let energy = 183.2;

  const toggle = (at: number) => {
    running = !running;
    if (running) startedAt = at;
    const load = doorUse((at % DAY_MS) / HOUR_MS);
    const minutes = running ? 14 + 8 * load : 42 - 18 * load;
    switchAt = at + minutes * (1 + 0.08 * random.normal()) * MINUTE_MS;
  };

  return (at) => {
    switchAt ??= at + 10 * MINUTE_MS;
    while (at >= switchAt) toggle(switchAt);
    // The rotor starts against pressure: half as much again, gone within minutes.
    const inrush = 0.5 * Math.exp(-(at - startedAt) / (3 * MINUTE_MS));
    const power = running ? RUN_WATTS * (1 + inrush) + 1.2 * random.normal() : 0;
    energy += (power / 1000) * ((at - (lastAt ?? at)) / HOUR_MS);
    lastAt = at;
    return { power, energy, voltage: 231 + 1.5 * random.normal() };
  };
}

/** 0 at night, up to 1 around meals. */
function doorUse(hour: number): number {
  const awake = hour >= 6.5 && hour < 22.5 ? 0.4 : 0;
  const meal = [7, 12.5, 18.5].some((time) => Math.abs(hour - time) < 1) ? 0.6 : 0;
  return awake + meal;
}
