import { createRecentMap } from '../recentMap.ts';
import type { ReadingSink } from './dialect.ts';
import { textAt } from './walk.ts';
import { isSettingName } from './zigbeeSettings.ts';

/** Declarations of all devices that are remembered, and their longest name with its topic. */
const MOST_DECLARED = 20_000;
const LONGEST_NAME = 300;
const MOST_EXPOSES = 512;
/** Bit of `access`: others may set the property. */
const MAY_BE_SET = 2;
/** Parts of a device whose numbers are where it stands now, though they may be set: brightness, position, speed. */
const STATES: ReadonlySet<string> = new Set(['light', 'cover', 'fan', 'switch']);

/** Knowledge of properties that the bridge declares in the `exposes` of its devices. Bounded. */
export interface Exposes {
  /** Learns from one device of `bridge/devices`, and declares its units. */
  learn(base: string, device: unknown, out: ReadingSink): void;
  /** The device of the message that is read next, by the topic of its messages. */
  enter(topic: string): void;
  /**
   * Tells whether a property of the device of now is a setting: a number that somebody has set is no measurement. undefined: the bridge
   * declares nothing that its name does not say.
   */
  isSetting(property: string): boolean | undefined;
  /** Tells whether something was declared of a topic since its last message. */
  isNew(topic: string): boolean;
}

export function createExposes(): Exposes {
  const settings = createRecentMap<string, boolean>(MOST_DECLARED);
  const changed = new Set<string>();
  let device = '';

  function note(topic: string, property: string, isSetting: boolean): void {
    const name = `${topic}\0${property}`;
    const known = settings.get(name);
    // Some devices declare a property twice: what somebody can set is a setting.
    if (name.length > LONGEST_NAME || known === isSetting || known === true) return;
    settings.set(name, isSetting);
    if (changed.size < MOST_DECLARED) changed.add(topic);
  }

  function declare(topic: string, expose: unknown, kind: string, out: ReadingSink): void {
    const property = textAt(expose, 'property');
    if (property === undefined) return;
    if (isSet(expose, kind)) note(topic, property, true);
    else if (isSettingName(property) && isMeasured(expose, property)) note(topic, property, false);
    const unit = textAt(expose, 'unit');
    if (unit === undefined) return;
    out.declare(topic, property, { unit });
    // Where the bridge is told to publish each property at a topic of its own.
    out.declare(`${topic}/${property}`, undefined, { unit });
  }

  return {
    learn(base, told, out) {
      const name = textAt(told, 'friendly_name');
      const definition = (told as { readonly definition?: { readonly exposes?: unknown } } | null)?.definition;
      if (name === undefined) return;
      const topic = `${base}/${name}`;
      for (const expose of listOf(definition?.exposes)) {
        const kind = textAt(expose, 'type') ?? '';
        declare(topic, expose, kind, out);
        // One level: the features of composites stand below the composite.
        for (const feature of listOf((expose as { readonly features?: unknown } | null)?.features))
          declare(topic, feature, kind, out);
      }
    },
    enter(topic) {
      device = topic;
      if (changed.size > 0) changed.delete(topic);
    },
    isSetting: (property) => settings.get(`${device}\0${property}`),
    isNew: (topic) => changed.size > 0 && changed.has(topic),
  };
}

function isSet(expose: unknown, kind: string): boolean {
  if (textAt(expose, 'category') === 'config') return true;
  const { access } = expose as { readonly access?: unknown };
  return typeof access === 'number' && (access & MAY_BE_SET) !== 0 && !STATES.has(kind);
}

/** It can be read alone. The details of an action belong to an event. */
function isMeasured(expose: unknown, property: string): boolean {
  const { access } = expose as { readonly access?: unknown };
  return typeof access === 'number' && (access & MAY_BE_SET) === 0 && !property.startsWith('action_');
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]).slice(0, MOST_EXPOSES) : [];
}
