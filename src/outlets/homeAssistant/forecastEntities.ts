import { LEARNER_STATES } from '../../domain/forecast.ts';
import type { Horizon } from '../../domain/streamSettings.ts';
import type { Plan } from './component.ts';
import { jinjaText, ofJson } from './jinja.ts';
import type { EntityClass } from './sensorClass.ts';

/** Horizons with entities of their own; those beyond are attributes of the first alone. */
const MOST_HORIZONS = 16;
/** Bytes of attributes that Home Assistant's recorder keeps. */
const MOST_ATTRIBUTES = 16_384;
/** Bytes of one horizon in the attributes, at most: label, time and three numbers. */
const HORIZON_BYTES = 128;

export interface ForecastEntitiesOptions {
  /** Name of the field, in front of each name; may be empty. */
  readonly field: string;
  readonly sensor: EntityClass;
  readonly stateTopic: string;
  /** Smallest first. */
  readonly horizons: readonly Horizon[];
  /** Seconds after which a value that nothing follows is none any more. */
  readonly expireAfter: number;
  /** Decimals with which forecasts are shown; undefined: not known. A reading that is a printed float has more than mean anything. */
  readonly decimals: number | undefined;
}

/** Makes the entities of what a stream publishes about its last reading at `<base>/<stream>`. */
export function* forecastEntities(options: ForecastEntitiesOptions): Generator<readonly [string, Plan]> {
  const { field, horizons, expireAfter: expire_after } = options;
  for (const [place, { label }] of horizons.slice(0, MOST_HORIZONS).entries())
    yield* horizonEntities(options, label, place === 0);
  yield [
    'anomaly',
    {
      platform: 'binary_sensor',
      name: nameOf(field, 'anomaly'),
      device_class: 'problem',
      value_template: ofJson("'ON' if value_json.get('anomaly') else 'OFF'"),
      expire_after,
    },
  ];
  yield [
    'anomaly_score',
    {
      platform: 'sensor',
      name: nameOf(field, 'anomaly score'),
      icon: 'mdi:chart-bell-curve',
      state_class: 'measurement',
      suggested_display_precision: 2,
      value_template: ofJson("value_json.get('anomaly_score')"),
      expire_after,
    },
  ];
  yield [
    'skill',
    {
      platform: 'sensor',
      name: nameOf(field, 'forecast skill'),
      icon: 'mdi:school',
      entity_category: 'diagnostic',
      suggested_display_precision: 2,
      value_template: ofJson("value_json.get('skill')"),
    },
  ];
  yield [
    'state',
    {
      platform: 'sensor',
      name: nameOf(field, 'learner state'),
      icon: 'mdi:state-machine',
      entity_category: 'diagnostic',
      device_class: 'enum',
      options: LEARNER_STATES,
      // Home Assistant warns of an enum that becomes nothing; `None` is unknown.
      value_template: ofJson("value_json.get('state')", 'None'),
    },
  ];
}

/** The forecast, with its bounds as attributes, and the bounds as entities for those who enable them. */
function* horizonEntities(
  { field, sensor, stateTopic, horizons, expireAfter: expire_after, decimals }: ForecastEntitiesOptions,
  label: string,
  isFirst: boolean,
): Generator<readonly [string, Plan]> {
  const ahead = /^\d+$/.test(label) ? `${label} ahead` : label;
  const holder = `value_json.get('forecast_at', {}).get(${jinjaText(label)}, {})`;
  const shown = decimals === undefined ? {} : { suggested_display_precision: decimals };
  const common = { platform: 'sensor', ...sensor, ...shown, expire_after } as const;
  yield [
    `forecast_${label}`,
    {
      ...common,
      name: nameOf(field, `forecast ${ahead}`),
      ...(sensor.device_class === undefined && { icon: 'mdi:chart-timeline-variant' }),
      value_template: ofJson(`${holder}.get('yhat')`),
      // Of the same message as the state: then each message writes one state.
      json_attributes_topic: stateTopic,
      json_attributes_template: attributes(holder, isFirst && fitsAttributes(horizons.length)),
    },
  ];
  for (const bound of ['lower', 'upper'])
    yield [
      `${bound}_${label}`,
      {
        ...common,
        name: nameOf(field, `forecast ${ahead} ${bound} bound`),
        entity_category: 'diagnostic',
        enabled_by_default: false,
        value_template: ofJson(`${holder}.get('yhat_${bound}')`),
      },
    ];
}

function fitsAttributes(horizons: number): boolean {
  return horizons > 1 && (horizons + 1) * HORIZON_BYTES < MOST_ATTRIBUTES;
}

function attributes(holder: string, hasAll: boolean): string {
  const own = ['at', 'lower', 'upper'].map((name) => `'${name}': h.get('${name === 'at' ? name : `yhat_${name}`}')`);
  const column = (name: string) => `value_json.get('forecast_at', {}).values() | map(attribute='${name}') | list`;
  const all = [
    "'horizons': value_json.get('forecast_at', {}).keys() | list",
    `'times': ${column('at')}`,
    `'values': ${column('yhat')}`,
    `'lower_bounds': ${column('yhat_lower')}`,
    `'upper_bounds': ${column('yhat_upper')}`,
  ];
  const members = [...own, ...(hasAll ? all : [])].join(', ');
  return `{% if value_json is mapping %}{% set h = ${holder} %}{{ {${members}} | tojson }}{% else %}{}{% endif %}`;
}

/** `Power forecast 15m`; without a field `Forecast 15m`. */
export function nameOf(field: string, what: string): string {
  return field === '' ? (what[0] as string).toUpperCase() + what.slice(1) : `${field} ${what}`;
}
