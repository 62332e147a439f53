import type { BridgeTopics } from '../bridge/bridgeTopics.ts';
import type { Plan } from './component.ts';
import { ofJson } from './jinja.ts';

const DIAGNOSTIC = { entity_category: 'diagnostic' } as const;
const SENSOR = { ...DIAGNOSTIC, platform: 'sensor' } as const;
const MEASURED = { ...SENSOR, state_class: 'measurement' } as const;
const COUNTED = { ...SENSOR, state_class: 'total_increasing' } as const;
const WHOLE = { suggested_display_precision: 0 } as const;
const SHARE = "value_json.learning_share * 100 if value_json.get('learning_share') is number else None";

/** Entities of `bridge/health`. */
const OF_HEALTH: readonly (readonly [string, Plan])[] = [
  ['streams', { ...MEASURED, name: 'Streams', icon: 'mdi:waves', value_template: member('streams') }],
  [
    'readings',
    {
      ...MEASURED,
      ...WHOLE,
      name: 'Readings per minute',
      icon: 'mdi:speedometer',
      unit_of_measurement: '1/min',
      value_template: member('readings_per_minute'),
    },
  ],
  [
    'learning_share',
    {
      ...MEASURED,
      ...WHOLE,
      name: 'Readings learned in full',
      icon: 'mdi:school',
      unit_of_measurement: '%',
      value_template: ofJson(SHARE),
    },
  ],
  [
    'memory',
    {
      ...MEASURED,
      ...WHOLE,
      name: 'Memory',
      device_class: 'data_size',
      unit_of_measurement: 'MiB',
      value_template: member('rss_mb'),
    },
  ],
  ['dropped', { ...COUNTED, name: 'Readings dropped', icon: 'mdi:delete-outline', value_template: sum('dropped') }],
  [
    'publish_dropped',
    { ...COUNTED, name: 'Results dropped', icon: 'mdi:delete-outline', value_template: sum('publish_dropped') },
  ],
];

/** Entities of the daemon: its connection, its version and its figures. */
export function agentEntities({ state, info, health }: BridgeTopics): readonly (readonly [string, Plan])[] {
  const connection: Plan = {
    ...DIAGNOSTIC,
    platform: 'binary_sensor',
    name: 'Connection',
    device_class: 'connectivity',
    state_topic: state,
    value_template: member('state'),
    payload_on: 'online',
    payload_off: 'offline',
    // It says itself that the daemon is gone.
    availability: [],
  };
  const version: Plan = {
    ...SENSOR,
    name: 'Version',
    icon: 'mdi:tag',
    state_topic: info,
    value_template: member('version'),
  };
  const ofHealth = OF_HEALTH.map(([key, plan]) => [key, { ...plan, state_topic: health }] as const);
  return [['connection', connection], ['version', version], ...ofHealth];
}

function member(name: string): string {
  return ofJson(`value_json.get('${name}')`);
}

function sum(name: string): string {
  return ofJson(`value_json.get('${name}', {}).values() | sum`);
}
