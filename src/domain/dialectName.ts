/** Conventions of topic and payload that automatic recognition can tell apart. */
const KNOWN_DIALECTS = [
  'zigbee2mqtt',
  'tasmota',
  'esphome',
  'shelly-gen1',
  'shelly-gen2',
  'homie4',
  'homie5',
  'sparkplug-b',
  'senml',
  'rtl_433',
  'openmqttgateway',
  'theengs',
  'ttn-v3',
  'chirpstack-v4',
  'victron',
  'ha-statestream',
  'ha-discovery',
  'frigate',
] as const;

/** Numbers as bytes: `f` is IEEE 754, `i` and `u` are integers with and without a sign; then bits, then the order of the bytes. */
export const BINARY_FORMATS = [
  'i8',
  'u8',
  'i16be',
  'i16le',
  'u16be',
  'u16le',
  'i32be',
  'i32le',
  'u32be',
  'u32le',
  'f32be',
  'f32le',
  'f64be',
  'f64le',
] as const;
export type BinaryFormat = (typeof BINARY_FORMATS)[number];

/** `generic` stands for plain numbers, lines of columns and any JSON. */
export type DialectName = (typeof KNOWN_DIALECTS)[number] | 'generic' | BinaryFormat;
export const DIALECT_NAMES: readonly DialectName[] = [...KNOWN_DIALECTS, 'generic', ...BINARY_FORMATS];
