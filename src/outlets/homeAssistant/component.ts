/** One entity in a device of Home Assistant's discovery, in its words. */
interface Component {
  readonly platform: 'sensor' | 'binary_sensor' | 'switch' | 'button' | 'select';
  readonly unique_id: string;
  readonly default_entity_id: string;
  readonly name: string;
  readonly [option: string]: unknown;
}

/** Entities by their names within the device, which never change. */
export type Components = Readonly<Record<string, Component>>;

/** A topic that says whether an entity is there, by the member `state` of its payload. */
export interface Availability {
  readonly topic: string;
  readonly value_template: string;
}

/** The parts of an entity that it does not owe to the names around it. */
export type Plan = Pick<Component, 'platform' | 'name'> & Readonly<Record<string, unknown>>;

/**
 * Entities of one source of names.
 * @param unique first part of the identity of each, and `readable` of the id that Home Assistant proposes to its user
 */
export function toComponents(plans: Iterable<readonly [string, Plan]>, unique: string, readable: string): Components {
  const components: Record<string, Component> = {};
  for (const [key, plan] of plans) {
    const id = [readable, key].filter((part) => part !== '').join('_');
    const identity = { unique_id: `${unique}_${key}`, default_entity_id: `${plan.platform}.${id}` };
    components[key] = { ...plan, ...identity };
  }
  return components;
}
