import type { ClassifySettings } from '../../domain/streamSettings.ts';
import type { Plan } from './component.ts';
import { nameOf } from './forecastEntities.ts';
import { ofJson } from './jinja.ts';

/** A name that Home Assistant takes for "nothing is known", in any case of its letters. */
const NOTHING = /^(?:none|unknown|unavailable)$/i;

/** Name of the entity within its device. */
export const CLASS = 'class';

export interface ClassEntityOptions {
  readonly field: string;
  readonly classTopic: string;
  readonly classify: ClassifySettings;
  readonly expireAfter: number;
}

/** The class of the last reading. */
export function classEntity({ field, classTopic, classify, expireAfter }: ClassEntityOptions): readonly [string, Plan] {
  const names = classify.classes;
  // The list of an enum is closed: a name that a label brings would be refused.
  const isClosed = names !== 'open' && teachable(names).length === names.length;
  return [
    CLASS,
    {
      platform: 'sensor',
      name: nameOf(field, 'class'),
      icon: 'mdi:shape',
      ...(isClosed && { device_class: 'enum', options: names }),
      state_topic: classTopic,
      value_template: ofJson("value_json.get('class')", 'None'),
      json_attributes_topic: classTopic,
      json_attributes_template: `{{ ({'since': value_json.get('since')} if value_json is mapping else {}) | tojson }}`,
      expire_after: expireAfter,
    },
  ];
}

/** Names that can be chosen in Home Assistant. */
export function teachable(names: readonly string[]): readonly string[] {
  return names.filter((name) => name.trim() === name && name !== '' && !NOTHING.test(name));
}
