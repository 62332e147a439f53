/**
 * Names that automatic choice leaves out: numbers that devices send about themselves, their radio, their clock and their place.
 * A field or topic that the configuration names is always read. Names in lower case.
 */
const NAMES: ReadonlySet<string> = new Set([
  // radio
  ...['linkquality', 'lqi', 'rssi', 'snr', 'txpower', 'ap', 'linkcount'],
  // place
  ...['lat', 'lon', 'lng', 'latitude', 'longitude'],
  // identity
  ...['id', 'uid', 'uuid', 'mac', 'prmac', 'mac_type', 'ip', 'port', 'serial', 'channel', 'protocol', 'ver', 'version'],
  ...['idx', 'hwid', 'nvalue', 'dpt', 'datatype', 'usunits'],
  // MQTT itself, as Node-RED writes it
  ...['qos', 'retain'],
  ...['fw_ver', 'manufacturerdata', 'servicedata', 'servicedatauuid', 'encr', 'frm_payload'],
  // counters of messages
  ...['f_cnt', 'f_port', 'fcnt', 'fport', 'seq', 'mqttcount', 'cfg_changed_cnt'],
  // time
  ...['tst', 'gwts', 'updated', 'last_update', 'lastupdate', 'last_updated', 'lastupdated', 'lastchanged', 'boottime'],
  ...['time', 'timestamp', 'ts', 'last_seen', 'received_at', 'date', 'datetime', 'unixtime', 'utc', 'epoch'],
  // the device as a computer
  ...['heap', 'loadavg', 'sleep', 'sleepmode', 'ram_total', 'ram_size', 'ram_free', 'ram_lwm', 'fs_size', 'fs_free'],
  ...['freemem', 'free_heap', 'freeheap', 'maxalloc', 'rxfails', 'txfails', 'rxreceived'],
  // liveness
  ...['online', 'lwt', 'availability'],
  // the last three minutes of Shelly's energy counter: a window over readings that are there already
  'by_minute',
]);

/** Objects that hold nothing but housekeeping. */
const BLOCKS: ReadonlySet<string> = new Set([
  ...['update', 'device', 'sys', 'settings', 'berry', 'rx_metadata', 'end_device_ids', 'network_ids', 'version_ids'],
]);

const ENDINGS = /(?:_ts|_id|_rssi|_rev|_eui|_at|version)$|[a-z]Id$/;
const BEGINNINGS = /^(?:uptime|\$)/;

/** Tells whether a key is one that automatic choice passes over, with all below it. */
export function isHousekeepingKey(key: string, holdsObject: boolean): boolean {
  const lower = key.toLowerCase();
  if (NAMES.has(lower) || (holdsObject && BLOCKS.has(lower))) return true;
  return BEGINNINGS.test(lower) || ENDINGS.test(key) || lower.endsWith('version');
}

/** Topics of Zigbee2MQTT and of tidegate about themselves, below `<base>/bridge/`. */
const BRIDGE_LEVELS: ReadonlySet<string> = new Set([
  ...['state', 'info', 'health', 'devices', 'groups', 'definitions', 'extensions', 'converters', 'logging', 'log'],
  ...['event', 'config', 'networkmap', 'request', 'response', 'streams', 'learning'],
]);

/** Discovery for Home Assistant: `homeassistant/<component>/…/config`. */
const DISCOVERY = 'homeassistant';

/**
 * Tells whether a topic carries no readings: a level that begins with `$` (Homie's attributes, `$SYS`), a bridge's own topics (of
 * Zigbee2MQTT, and of another tidegate), or a description for Home Assistant. A level that the filter spells out is meant.
 */
export function isHousekeepingTopic(topic: string, filter: string): boolean {
  const levels = topic.split('/');
  const spelled = filter.split('/');
  if (levels[0] === DISCOVERY && levels.at(-1) === 'config' && spelled.at(-1) !== 'config') return true;
  const isBridge = levels.some(
    (level, i) => i > 0 && level === 'bridge' && spelled[i] !== level && BRIDGE_LEVELS.has(levels[i + 1] ?? ''),
  );
  return isBridge || levels.some((level, i) => level.startsWith('$') && spelled[i] !== level);
}

/** Tells whether a plain number on this topic is housekeeping by the name of its last level (rtl_433's `…/id`, `…/channel`). */
export function isHousekeepingValue(topic: string, filter: string): boolean {
  const levels = topic.split('/');
  const last = levels.at(-1) as string;
  return filter.split('/')[levels.length - 1] !== last && isHousekeepingKey(last, false);
}
