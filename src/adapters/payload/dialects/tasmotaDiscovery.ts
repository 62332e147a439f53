import { createRecentMap } from '../recentMap.ts';
import type { DialectMessage, ReadingSink } from './dialect.ts';
import { tasmotaUnits } from './tasmotaUnits.ts';
import { objectAt, objectOf, textAt } from './walk.ts';

const MOST_DEVICES = 10_000;
const MOST_PATHS = 256;
const DEEPEST = 4;

interface Device {
  /** Topic of its sensors; undefined until its configuration has come. */
  topic: string | undefined;
  /** Message of its sensors, with the units that it declares; undefined until that has come. */
  sensors: object | undefined;
}

/** Tells whether a topic is one of Tasmota's own discovery: `tasmota/discovery/<address>/config` and `/sensors`. */
export function isTasmotaDiscovery(levels: readonly string[]): boolean {
  return levels[0] === 'tasmota' && levels[1] === 'discovery';
}

/** Learns the units of devices from their discovery. Its two messages may come in either order. */
export function createTasmotaDiscovery(): (message: DialectMessage, out: ReadingSink) => void {
  const devices = createRecentMap<string, Device>(MOST_DEVICES);
  return (message, out) => {
    const [, , address, kind] = message.levels;
    const root = objectOf(message);
    if (root === undefined || address === undefined) return;
    const device = devices.get(address) ?? { topic: undefined, sensors: undefined };
    devices.set(address, device);
    if (kind === 'config') device.topic = topicOf(root) ?? device.topic;
    else if (kind === 'sensors') device.sensors = objectAt(root, 'sn') ?? device.sensors;
    const { topic, sensors } = device;
    if (topic === undefined || sensors === undefined) return;
    const unitOf = tasmotaUnits(sensors);
    for (const path of pathsOf(sensors)) out.declare(topic, path, { unit: unitOf(path) });
    // It is not needed again.
    device.sensors = undefined;
  };
}

/** Full topic, as in `%prefix%/%topic%/`, with the prefix of what is told and the name of the device. */
function topicOf(config: object): string | undefined {
  const full = textAt(config, 'ft');
  const name = textAt(config, 't');
  const tele = textAt(objectAt(config, 'tp'), '2') ?? 'tele';
  if (full === undefined || name === undefined) return undefined;
  const base = full.replace('%prefix%', () => tele).replace('%topic%', () => name);
  return `${base.replace(/\/$/, '')}/SENSOR`;
}

function pathsOf(sensors: object): readonly string[] {
  const paths: string[] = [];
  const step = (holder: object, prefix: string, depth: number): void => {
    for (const [key, value] of Object.entries(holder) as [string, unknown][]) {
      if (paths.length >= MOST_PATHS) return;
      const path = prefix === '' ? key : `${prefix}.${key}`;
      if (typeof value === 'number' || value === null) paths.push(path);
      else if (typeof value === 'object' && depth < DEEPEST) step(value, path, depth + 1);
    }
  };
  step(sensors, '', 1);
  return paths;
}
