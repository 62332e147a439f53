import { OFFLINE, ONLINE } from '../bridge/bridgeTopics.ts';
import type { Availability, Components } from './component.ts';
import { readableOf } from './names.ts';
import { ORIGIN } from './origin.ts';

/** A device as Home Assistant knows it: by identifiers, or by addresses. */
export interface DeviceIdentity {
  readonly identifiers?: readonly string[] | undefined;
  readonly connections?: readonly (readonly [string, string])[] | undefined;
  readonly name?: string | undefined;
}

export interface DeviceAnnouncement {
  readonly device: object;
  /** The device as its own program has announced it; undefined: it is one of ours. */
  readonly known?: DeviceIdentity | undefined;
  readonly version: string;
  readonly availability: readonly Availability[];
  /** Topic of the entities that name none. */
  readonly stateTopic?: string | undefined;
  readonly components: Components;
  /** Entities that were announced before and are none any more: each by its platform. */
  readonly removed: Readonly<Record<string, string>>;
}

/** Device and entities as JSON for `<prefix>/device/<name>/config`. */
export function deviceJson(announcement: DeviceAnnouncement): string {
  const { device, version, availability, stateTopic, components, removed } = announcement;
  const gone = Object.entries(removed).map(([key, platform]) => [key, { platform }]);
  return JSON.stringify({
    device,
    origin: { name: ORIGIN, sw_version: version },
    availability,
    availability_mode: 'all',
    ...(stateTopic !== undefined && { state_topic: stateTopic }),
    qos: 0,
    components: { ...components, ...Object.fromEntries(gone) },
  });
}

const STATE = { value_template: "{{ value_json.get('state') if value_json is mapping }}" } as const;
const [online, offline] = [ONLINE, OFFLINE].map((payload) => (JSON.parse(payload) as { state: string }).state);

/** The topic as one that says whether an entity is there. */
export function availableBy(topic: string): Availability {
  return { topic, ...STATE, payload_available: online, payload_not_available: offline } as Availability;
}

/** The device of the daemon. */
export function agentDevice(node: string, baseTopic: string, version: string): object {
  return {
    identifiers: [node],
    name: baseTopic === 'tidegate' ? baseTopic : readableOf(`tidegate ${baseTopic}`),
    manufacturer: 'tidegate',
    model: 'Agent',
    sw_version: version,
  };
}

export interface SourceDeviceOptions {
  readonly node: string;
  /** Name of the device, unique among those of this daemon. */
  readonly key: string;
  readonly name: string;
  /** The device as its own program announces it; undefined: it does not. */
  readonly known: DeviceIdentity | undefined;
  /** Names of the entities. */
  readonly entities: readonly string[];
}

/** The device behind a stream: the one that its own program has made, else one of ours below the daemon's. */
export function sourceDevice({ node, key, name, known, entities }: SourceDeviceOptions): object {
  if (known !== undefined) {
    const { identifiers, connections } = known;
    return {
      ...(identifiers !== undefined && { identifiers }),
      ...(connections !== undefined && { connections }),
      ...(known.name !== undefined && { name: known.name }),
    };
  }
  return {
    identifiers: [`${node}_${key}`],
    name: distinctName(name, entities),
    manufacturer: 'tidegate',
    model: 'Forecasts of a sensor',
    via_device: node,
  };
}

/** Home Assistant warns of an entity whose name begins with that of its device. */
function distinctName(name: string, entities: readonly string[]): string {
  const begins = entities.some((entity) => entity.toLowerCase().startsWith(name.toLowerCase()));
  return begins ? `Sensor ${name}` : name;
}
