import { BINARY_DIALECTS } from './binary.ts';
import type { Dialect } from './dialect.ts';
import { esphome, haStatestream } from './esphome.ts';
import { frigate } from './frigate.ts';
import { generic } from './generic.ts';
import { homeAssistantDiscovery } from './homeAssistantDiscovery.ts';
import { homie4, homie5 } from './homie.ts';
import { chirpstack, ttn } from './lorawan.ts';
import { openMqttGateway, theengs } from './openMqttGateway.ts';
import { rtl433 } from './rtl433.ts';
import { senml } from './senml.ts';
import { shellyGen1, shellyGen2 } from './shelly.ts';
import { sparkplug } from './sparkplug.ts';
import { tasmota } from './tasmota.ts';
import { victron } from './victron.ts';
import { zigbee2mqtt } from './zigbee2mqtt.ts';

/** All dialects. Their order decides nothing: a message that fits two is read by none. */
export const DIALECTS: readonly Dialect[] = [
  zigbee2mqtt,
  tasmota,
  esphome,
  shellyGen1,
  shellyGen2,
  homie4,
  homie5,
  sparkplug,
  senml,
  rtl433,
  openMqttGateway,
  theengs,
  ttn,
  chirpstack,
  victron,
  haStatestream,
  homeAssistantDiscovery,
  frigate,
  generic,
  ...BINARY_DIALECTS,
];
