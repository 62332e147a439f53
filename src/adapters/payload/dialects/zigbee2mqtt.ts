import { createRecentMap } from '../recentMap.ts';
import type { Dialect, DialectMessage, ReadDialect, ReadingSink } from './dialect.ts';
import { isAvailability, offerText, readAvailability } from './textReading.ts';
import { createWalk, objectOf, recordsOf, textAt } from './walk.ts';
import { createExposes, type Exposes } from './zigbeeExposes.ts';
import { isSettingName } from './zigbeeSettings.ts';

const BASE = 'zigbee2mqtt';
/** Last levels of topics that others write to. */
const COMMANDS: ReadonlySet<string> = new Set(['set', 'get']);

/** The bridge sends what it remembers of each device for this long after its start. */
const BURST_MS = 10_000;
const MOST_DEVICES = 10_000;
/** A `last_seen` no older than this is that of a reading, not of a memory. */
const FRESH_MS = 60_000;

/** Zigbee2MQTT: `<base>/<friendly name>`, JSON; the bridge's own topics below `<base>/bridge`. */
export const zigbee2mqtt: Dialect = {
  name: 'zigbee2mqtt',
  begins: [BASE],
  yields: true,
  fits: (message) =>
    message.levels[0] === BASE ||
    bridgeAt(message.levels) > 0 ||
    typeof objectOf(message)?.['linkquality'] === 'number',
  describes: (levels) => bridgeAt(levels) > 0,
  about: aboutZigbee,
  create: createReader,
};

/** Bases that are tried where the topic does not show which of its levels are the base. */
const MOST_BASES = 3;

function aboutZigbee(levels: readonly string[], isNamed: boolean): readonly string[] {
  if (levels[0] !== BASE && !isNamed) return [];
  const lengths =
    levels[0] === BASE ? [1] : Array.from({ length: Math.min(MOST_BASES, levels.length - 1) }, (_, i) => i + 1);
  const bases = lengths.map((length) => levels.slice(0, length).join('/'));
  return [
    ...bases.flatMap((base) => [`${base}/bridge/state`, `${base}/bridge/devices`]),
    `${levels.join('/')}/availability`,
  ];
}

function createReader(): ReadDialect {
  const exposes = createExposes();
  const { walk, isOver } = createWalk({ passesOver: isSettingName, skips: exposes.isSetting });
  const isBurst = createBurst();
  return (message, out) => {
    const { levels } = message;
    const last = levels[levels.length - 1];
    const at = bridgeAt(levels);
    if (at > 0) return readBridge(message, at, out, isBurst, exposes);
    if (last === 'availability' && isAvailability(message))
      return readAvailability(message, levels.slice(0, -1).join('/'), out);
    if (COMMANDS.has(last) || COMMANDS.has(levels[levels.length - 2])) return 'not-a-reading';
    if (!isBurst.isOn(message) && !exposes.isNew(message.topic) && out.takeKnownLayout()) return 'no-field';
    const { content } = message;
    if (content.kind !== 'json') {
      // One topic for each property: `<base>/<friendly name>/<property>`.
      exposes.enter(levels.slice(0, -1).join('/'));
      return isOver(last) ? 'not-a-reading' : offerText(message, out);
    }
    exposes.enter(message.topic);
    if (isBurst.holds(message)) return 'stale';
    for (const record of recordsOf(content.root, out)) walk('', [record], out);
    if (!Array.isArray(content.root)) out.learnLayout(content.root, isOver);
    return 'no-field';
  };
}

/** Topics of the bridge itself, below its base. */
const BRIDGE: ReadonlySet<string> = new Set([
  ...['state', 'info', 'health', 'devices', 'groups', 'definitions', 'extensions', 'converters', 'logging', 'log'],
  ...['event', 'config', 'networkmap', 'request', 'response'],
]);

/** The level `bridge` in a topic of the bridge itself; 0: it is none. */
function bridgeAt(levels: readonly string[]): number {
  if (levels[0] === BASE && levels[1] === 'bridge') return 1;
  const at = levels.indexOf('bridge', 1);
  return at > 0 && BRIDGE.has(levels[at + 1] ?? '') ? at : 0;
}

/** @param at the level `bridge` */
function readBridge(
  message: DialectMessage,
  at: number,
  out: ReadingSink,
  isBurst: Burst,
  exposes: Exposes,
): 'availability' | 'not-a-reading' {
  const base = message.levels.slice(0, at).join('/');
  const topic = message.levels[at + 1];
  if (topic === 'state') {
    const { content } = message;
    const state = content.kind === 'text' ? content.text : textAt(objectOf(message), 'state');
    if (state === 'online' && !message.retained) isBurst.begin(base, message.receivedAt);
    return readAvailability(message, `${base}/#`, out);
  }
  if (topic === 'devices' && message.content.kind === 'json' && Array.isArray(message.content.root))
    for (const device of message.content.root.slice(0, MOST_DEVICES)) exposes.learn(base, device, out);
  return 'not-a-reading';
}

interface Burst {
  begin(base: string, at: number): void;
  holds(message: DialectMessage): boolean;
  /** A bridge has started a moment ago. */
  isOn(message: DialectMessage): boolean;
}

/** Tells the first message of a device after the bridge's start, which may be as old as its memory. */
function createBurst(): Burst {
  const begun = createRecentMap<string, number>(64);
  const heard = createRecentMap<string, number>(MOST_DEVICES);
  let lastBegun = Number.NEGATIVE_INFINITY;

  /** The newest start of the bridge of a topic, whose base may have several levels. */
  function startOf(levels: readonly string[]): number | undefined {
    for (let end = 1; end < levels.length; end++) {
      const at = begun.get(levels.slice(0, end).join('/'));
      if (at !== undefined) return at;
    }
    return undefined;
  }

  // The usual case costs nothing.
  const isOn = ({ receivedAt }: DialectMessage): boolean => receivedAt - lastBegun <= BURST_MS;

  return {
    isOn,
    begin(base, at) {
      begun.set(base, at);
      lastBegun = Math.max(lastBegun, at);
    },
    holds(message) {
      const { levels, receivedAt, topic } = message;
      // What the broker had kept is not what the bridge sends now.
      if (message.retained) return false;
      if (!isOn(message)) return false;
      const at = startOf(levels);
      if (at === undefined || receivedAt - at > BURST_MS || receivedAt < at || heard.get(topic) === at) return false;
      heard.set(topic, at);
      const seen = objectOf(message)?.['last_seen'];
      const seenAt = typeof seen === 'number' ? seen : typeof seen === 'string' ? Date.parse(seen) : Number.NaN;
      return !(receivedAt - seenAt < FRESH_MS);
    },
  };
}
