import { declarationsOf } from '../../adapters/payload/dialects/homeAssistantDiscovery.ts';
import { createRecentMap } from '../../adapters/payload/recentMap.ts';
import type { About } from '../../domain/streamSpec.ts';
import type { DeviceIdentity } from './device.ts';
import { ORIGIN } from './origin.ts';

const MOST_TOPICS = 16_384;
const MOST_BYTES = 1_048_576;
const MOST_NAMES = 8;
const LONGEST_NAME = 256;
const LONGEST_TOPIC = 1024;
const LONGEST_UNIT = 32;

/**
 * Knows what other programs announce to Home Assistant of the topics of readings: the device, which entities of ours join, and units. Bounded;
 * throws on no message.
 */
export class SourceDevices {
  readonly #devices = createRecentMap<string, Announced>(MOST_TOPICS);
  readonly #abouts = createRecentMap<string, About>(MOST_TOPICS);

  of(topic: string): DeviceIdentity | undefined {
    return this.#devices.get(topic)?.device;
  }

  aboutOf(topic: string, path: string | undefined): About | undefined {
    return this.#abouts.get(nameOf(topic, path));
  }

  /**
   * Learns from a configuration for discovery. Where several name one topic, the one whose own topic is first in the alphabet counts: in
   * which order the broker sends them does not matter.
   * @returns topics of which something else is known than before
   */
  learn(configTopic: string, payload: Uint8Array): ReadonlySet<string> {
    const changed = new Set<string>();
    const root = payload.length <= MOST_BYTES ? parse(payload) : undefined;
    if (root === undefined || isOurs(root)) return changed;
    const device = identityOf(root['device'] ?? root['dev']);
    for (const { topic, path, about } of declarationsOf(root)) {
      if (this.#learnAbout(topic, path, about)) changed.add(topic);
      if (device !== undefined && this.#learnDevice(topic, { configTopic, device })) changed.add(topic);
    }
    return changed;
  }

  #learnAbout(topic: string, path: string | undefined, about: About): boolean {
    const name = nameOf(topic, path);
    const { unit, deviceClass } = this.#abouts.get(name) ?? {};
    const isWord = about.unit !== undefined && about.unit.length <= LONGEST_UNIT && name.length <= LONGEST_TOPIC;
    if (!isWord || (unit === about.unit && deviceClass === about.deviceClass)) return false;
    this.#abouts.set(name, about);
    return true;
  }

  #learnDevice(topic: string, announced: Announced): boolean {
    const known = this.#devices.get(topic);
    if (topic.length > LONGEST_TOPIC || (known !== undefined && known.configTopic < announced.configTopic))
      return false;
    this.#devices.set(topic, announced);
    return JSON.stringify(known?.device) !== JSON.stringify(announced.device);
  }
}

function nameOf(topic: string, path: string | undefined): string {
  return `${topic}\0${path ?? ''}`;
}

interface Announced {
  readonly configTopic: string;
  readonly device: DeviceIdentity;
}

type Json = Readonly<Record<string, unknown>>;

function parse(payload: Uint8Array): Json | undefined {
  try {
    return objectOf(JSON.parse(Buffer.from(payload).toString()));
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function isOurs(root: Json): boolean {
  return objectOf(root['origin'] ?? root['o'])?.['name'] === ORIGIN;
}

/** Identifiers and addresses of a device; undefined: it has none. */
export function identityOf(value: unknown): DeviceIdentity | undefined {
  const device = objectOf(value);
  const identifiers = listOf(device?.['identifiers'] ?? device?.['ids']).filter(isName);
  const connections = listOf(device?.['connections'] ?? device?.['cns']).filter(isConnection);
  if (identifiers.length + connections.length === 0) return undefined;
  const name = device?.['name'];
  return {
    ...(identifiers.length > 0 && { identifiers }),
    ...(connections.length > 0 && { connections }),
    ...(isName(name) && { name }),
  };
}

/** A single text stands for a list of one. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MOST_NAMES) : [value];
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME && !/[\p{Cc}\p{Cs}]/u.test(value);
}

function isConnection(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every(isName);
}
