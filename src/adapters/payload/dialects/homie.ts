import type { DropReason } from '../../../domain/dropReason.ts';
import { createRecentMap, type RecentMap } from '../recentMap.ts';
import type { Dialect, DialectMessage, ReadDialect, ReadingSink } from './dialect.ts';
import { createFamily, type HomieFamily } from './homieFamily.ts';
import { offerText, topicsBeside } from './textReading.ts';
import { objectAt, objectOf, textAt } from './walk.ts';

/** Properties whose type is remembered. */
const MOST_PROPERTIES = 10_000;
const MOST_NODES = 256;
const NUMERIC: ReadonlySet<string> = new Set(['integer', 'float']);
const SWITCHED = 'boolean';

/** Homie 4: `homie/<device>/<node>/<property>`, plain; what a property is stands in `…/$unit` and `…/$datatype`. */
export const homie4: Dialect = {
  name: 'homie4',
  begins: ['homie'],
  about: (levels) => (levels[0] === 'homie' && levels[1] !== '5' ? aboutHomie4(levels) : []),
  fits: ({ levels }) => levels[0] === 'homie' && levels.length >= 3 && levels[1] !== '5',
  readEmpty,
  create: () => createReader(4),
};

/** Homie 5: `homie/5/<device>/<node>/<property>`, plain; all properties are described in `…/$description`. */
export const homie5: Dialect = {
  name: 'homie5',
  begins: ['homie'],
  about: (levels) =>
    levels[0] === 'homie' && levels[1] === '5' && levels.length > 3
      ? // Its root may be any other device.
        ['homie/5/+/$state', `homie/5/${levels[2]}/$description`]
      : [],
  fits: ({ levels }) => levels[0] === 'homie' && levels[1] === '5' && levels.length >= 4,
  describes: (levels) => levels[levels.length - 1] === '$description',
  readEmpty,
  create: () => createReader(5),
};

function aboutHomie4(levels: readonly string[]): readonly string[] {
  if (levels.length < 3) return [];
  const state = `homie/${levels[1]}/$state`;
  const property = levels.join('/');
  return levels.length === 4 && levels[3] !== '#' ? [state, `${property}/$unit`, `${property}/$datatype`] : [state];
}

/** @param length levels of the topic of a property */
function createReader(length: number): ReadDialect {
  const family = createFamily();
  /** By topic. */
  const types = createRecentMap<string, string>(MOST_PROPERTIES);
  return (message, out) => {
    const last = message.levels[message.levels.length - 1];
    if (last === '$state') return readState(message, out, family);
    if (message.levels.some((level) => level.startsWith('$'))) return learn(message, types, out, family);
    if (last === 'set' || message.levels.length !== length) return 'not-a-reading';
    const type = types.get(message.topic);
    if (type !== undefined && !NUMERIC.has(type) && type !== SWITCHED) return 'not-a-reading';
    return offerText(message, out);
  };
}

const LOST = 'lost';
/** Words of `$state`, and whether a device that says them is there: one that sleeps, begins or has an alarm is. */
const STATES: ReadonlyMap<string, boolean> = new Map([
  ['init', true],
  ['ready', true],
  ['sleeping', true],
  ['alert', true],
  ['disconnected', false],
  ['lost', false],
]);

/** An empty `$state` is what remains of a device that was taken away. */
function readState(message: DialectMessage, out: ReadingSink, family?: HomieFamily): 'availability' {
  const { bytes, content } = message;
  const state = bytes.length === 0 ? LOST : content.kind === 'text' ? content.text.trim() : '';
  const isThere = STATES.get(state);
  if (isThere === undefined) return 'availability';
  const device = message.levels.slice(0, -1).join('/');
  if (family === undefined) out.tellPresence(topicsBeside(message), isThere);
  else family.tell(device, isThere, state === LOST, out);
  return 'availability';
}

function readEmpty(message: DialectMessage, out: ReadingSink): DropReason {
  return message.levels[message.levels.length - 1] === '$state' ? readState(message, out) : 'missing';
}

function learn(
  message: DialectMessage,
  types: RecentMap<string, string>,
  out: ReadingSink,
  family: HomieFamily,
): 'not-a-reading' {
  const { levels, content, topic } = message;
  const last = levels[levels.length - 1];
  const property = topic.slice(0, topic.length - last.length - 1);
  if (last === '$unit' && content.kind === 'text') out.declare(property, undefined, { unit: content.text });
  else if (last === '$datatype' && content.kind === 'text') types.set(property, content.text);
  else if (last === '$description') {
    const root = textAt(objectOf(message), 'root');
    if (root !== undefined) family.join(property, `${property.slice(0, property.lastIndexOf('/'))}/${root}`, out);
    describe(property, objectOf(message), types, out);
  }
  return 'not-a-reading';
}

function describe(device: string, description: unknown, types: RecentMap<string, string>, out: ReadingSink): void {
  const nodes = objectAt(description, 'nodes') ?? {};
  for (const node of Object.keys(nodes).slice(0, MOST_NODES)) {
    const properties = objectAt(objectAt(nodes, node), 'properties') ?? {};
    for (const name of Object.keys(properties).slice(0, MOST_NODES)) {
      const property = objectAt(properties, name);
      const topic = `${device}/${node}/${name}`;
      const unit = textAt(property, 'unit');
      const type = textAt(property, 'datatype');
      if (unit !== undefined) out.declare(topic, undefined, { unit });
      if (type !== undefined) types.set(topic, type);
    }
  }
}
