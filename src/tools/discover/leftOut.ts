import type { FieldHistory } from './fieldHistory.ts';

/** Why a field is better no stream of its own: it counts, tells of the device itself, or says what another field says. */
export type LeftOut = 'counter' | 'about the device' | `same as ${string}`;

/** Names of what only adds up. Forecasts of it say what its rate says, less well. */
const COUNTER =
  /(?:^|[._])(?:total|energy|today|yesterday|month|counter|consumption|consumed|produced|imported|exported|returned)(?:$|[._\d])|_(?:total|counter|sum|energy|today)$/i;
/** A total of these is one over phases, not over time. */
const RATE = /power|current|voltage|flow|rate/i;
/** Readings in a row that rise, by whole numbers, of what counts whatever its name is. */
const RISES_OF_COUNTER = 20;
const DEVICE =
  /(?:^|[._])batt(?:ery)?(?:[._](?:low|voltage|percent|percentage|level|state|v))?$|(?:^|[._])(?:wifi[._].*|vcc|device_temperature)$/i;

/** Factors between two usual units: km/h, mph, knots and m/s; hPa, kPa, Pa, inHg, mmHg, psi; W and kW; mm and inches. */
const FACTORS = [3.6, 2.236936, 1.943844, 1.609344, 10, 100, 1000, 33.86389, 1.333224, 68.94757, 25.4];
/** Messages with different values that must agree before two fields are one. */
const ENOUGH = 4;
const CELSIUS = /temp|dew|(?:^|[._])t_?[cf]$|celsius|fahrenheit/i;

/** The fields of a topic that are left out, with the reason. Of two that say the same the first name stays, of °C and °F the first. */
export function chooseLeftOut(
  topic: string,
  fields: ReadonlyMap<string | undefined, FieldHistory>,
): ReadonlyMap<string | undefined, LeftOut> {
  const found = new Map<string | undefined, LeftOut>();
  const lastLevel = topic.slice(topic.lastIndexOf('/') + 1);
  for (const [path, history] of fields) {
    const reason = byName(path ?? lastLevel) ?? (history.rises >= RISES_OF_COUNTER ? 'counter' : undefined);
    if (reason !== undefined) found.set(path, reason);
  }
  const left = [...fields].filter(
    (field): field is [string, FieldHistory] => field[0] !== undefined && !found.has(field[0]),
  );
  for (const copy of left) {
    const same = left.find((field) => field !== copy && !found.has(field[0]) && isCopy(field, copy));
    if (same !== undefined) found.set(copy[0], `same as ${same[0]}`);
  }
  return found;
}

function byName(name: string): LeftOut | undefined {
  if (DEVICE.test(name)) return 'about the device';
  return COUNTER.test(name) && !RATE.test(name) ? 'counter' : undefined;
}

type Field = readonly [path: string, history: FieldHistory];

/** Tells whether the second field says what the first one says: in °F for °C, in another unit, or in the same one under a later name. */
function isCopy([path, first]: Field, [copyPath, copy]: Field): boolean {
  const pairs = pairsOf(first, copy);
  if (pairs.length === 0) return false;
  const different = new Set(pairs.map(([value]) => value)).size;
  const isTold = CELSIUS.test(path) && CELSIUS.test(copyPath);
  if ((isTold || different >= ENOUGH) && pairs.every(([c, f]) => isWithinRounding(c, f, 1.8, 32))) return true;
  if (different < ENOUGH) return false;
  if (path < copyPath && pairs.every(([a, b]) => a === b)) return true;
  return FACTORS.some((factor) => pairs.every(([a, b]) => isWithinRounding(a, b, factor, 0)));
}

/** Values of both in the same messages. */
function pairsOf(first: FieldHistory, second: FieldHistory): readonly (readonly [number, number])[] {
  const others = new Map(second.values.map(({ message, value }) => [message, value]));
  return first.values.flatMap(({ message, value }) => {
    const other = others.get(message);
    return other === undefined ? [] : [[value, other] as const];
  });
}

/** Tells whether b = a · factor + offset, where both may have been rounded to the decimals that they show. */
function isWithinRounding(a: number, b: number, factor: number, offset: number): boolean {
  return Math.abs(a * factor + offset - b) <= 0.55 * (factor * unitOf(a) + unitOf(b));
}

/** One unit of the last decimal that a number shows. */
function unitOf(value: number): number {
  const decimals = /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0;
  return 1 / 10 ** Math.min(decimals, 3);
}
