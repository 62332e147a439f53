import type { About } from '../../../domain/streamSpec.ts';
import type { Dialect, DialectMessage, ReadingSink } from './dialect.ts';
import { objectAt, objectOf, textAt } from './walk.ts';

/** A template that only takes one field: `{{ value_json.power }}`, `{{ value_json['ENERGY']['Power'] }}`. */
const FIELD =
  /^\{\{\s*value_json((?:\.\w+|\[(?:'[^']+'|"[^"]+"|\d+)\])+)\s*(?:\|\s*(?:float|int|round|is_defined)(?:\([^)]*\))?\s*)*\}\}$/;
const PLAIN = /^\{\{\s*value\s*(?:\|\s*(?:float|int|round)(?:\([^)]*\))?\s*)*\}\}$/;
const STEP = /\.(\w+)|\[(?:'([^']+)'|"([^"]+)"|(\d+))\]/g;
const LONGEST_TEMPLATE = 300;
const MOST_COMPONENTS = 256;

/** Discovery for Home Assistant, by any device: `homeassistant/<component>/…/config`. It declares the units of topics of others. */
export const homeAssistantDiscovery: Dialect = {
  name: 'ha-discovery',
  begins: ['homeassistant'],
  yields: true,
  fits(message) {
    const { levels } = message;
    if (levels.length < 4 || levels.length > 5 || levels[levels.length - 1] !== 'config') return false;
    const root = objectOf(message);
    return levels[0] === 'homeassistant' || (root !== undefined && ('unique_id' in root || 'uniq_id' in root));
  },
  describes: (levels) => levels[levels.length - 1] === 'config',
  create: () => (message, out) => {
    learn(message, out);
    return 'not-a-reading';
  },
};

function learn(message: DialectMessage, out: ReadingSink): void {
  const root = objectOf(message);
  if (root === undefined) return;
  for (const { topic, path, about } of declarationsOf(root))
    if (about.unit !== undefined || about.deviceClass !== undefined) out.declare(topic, path, about);
}

/** A declaration about the readings of one field. */
export interface Declaration {
  readonly topic: string;
  /** undefined: the payload itself. */
  readonly path: string | undefined;
  readonly about: About;
}

/** The declarations of a configuration for discovery: of one entity, or of a device with several. Bounded. */
export function* declarationsOf(root: object): Generator<Declaration> {
  const base = textAt(root, '~') ?? '';
  const components = objectAt(root, 'components') ?? objectAt(root, 'cmps');
  const topic = stateTopicOf(root);
  yield* declared(root, topic, base);
  for (const key of Object.keys(components ?? {}).slice(0, MOST_COMPONENTS)) {
    const component = objectAt(components, key);
    if (component !== undefined) yield* declared(component, stateTopicOf(component) ?? topic, base);
  }
}

function stateTopicOf(component: object): string | undefined {
  return textAt(component, 'state_topic') ?? textAt(component, 'stat_t');
}

function* declared(component: object, stateTopic: string | undefined, base: string): Generator<Declaration> {
  const unit = textAt(component, 'unit_of_measurement') ?? textAt(component, 'unit_of_meas');
  const deviceClass = textAt(component, 'device_class') ?? textAt(component, 'dev_cla');
  const template = textAt(component, 'value_template') ?? textAt(component, 'val_tpl') ?? '{{ value }}';
  if (stateTopic === undefined) return;
  const path = pathOf(template);
  if (path === undefined) return;
  const topic = stateTopic.replace(/^~/, () => base).replace(/~$/, () => base);
  yield { topic, path: path === '' ? undefined : path, about: { unit, deviceClass } };
}

/** Dotted path that a template takes, empty for the payload itself; undefined: it computes something, so what it declares is not of the field. */
function pathOf(template: string): string | undefined {
  if (template.length > LONGEST_TEMPLATE) return undefined;
  if (PLAIN.test(template)) return '';
  const steps = FIELD.exec(template)?.[1];
  if (steps === undefined) return undefined;
  return [...steps.matchAll(STEP)].map(([, a, b, c, d]) => a ?? b ?? c ?? d).join('.');
}
