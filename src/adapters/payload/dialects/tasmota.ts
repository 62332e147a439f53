import type { Dialect, DialectMessage, ReadingSink, UnitOf } from './dialect.ts';
import { createTasmotaDiscovery, isTasmotaDiscovery } from './tasmotaDiscovery.ts';
import { tasmotaUnits } from './tasmotaUnits.ts';
import { readAvailability } from './textReading.ts';
import { createWalk, objectOf } from './walk.ts';

const PREFIXES: ReadonlySet<string> = new Set(['tele', 'stat', 'cmnd']);
/** Topics that tell what sensors measure. STATUS8, 10 and 11 are answers to `Status`. */
const TOLD: ReadonlySet<string> = new Set(['SENSOR', 'STATE', 'STATUS8', 'STATUS10', 'STATUS11']);
const LAST =
  /^(?:SENSOR|STATE|LWT|RESULT|MARGINS|UPTIME|HASS_STATE|LOGGING|INFO\d|STATUS\d*|POWER\d*|EVENT|SSERIALRECEIVED|WAKEUP)$/;

/** Settings, and the addresses of Zigbee devices with the attributes of theirs that have no name (`0006/4001`). */
const SETTING =
  /^(?:Endpoint|Device|LinkQuality|Channel|Sleep|DeepSleep|MqttCount|LinkCount|Dimmer|CT|Speed|Fade|LedTable|Scheme|White|Width|Target|Mode|Downtime|Group|Cluster|Read|(?:Add|Get|Remove)Group\w*|[\dA-F]{4}[/!<]\w+)$/;
/** Parts of a message that tell what happened: codes that were received, answers to orders, the state of a network. */
const EVENT =
  /^(?:Zb(?!Received)\w+|IrReceived|IRHVAC|Rf(?:Received|Raw)|SerialReceived|MtrInfo|ArtNet|Ping|Button\d*|RC522|PN532)$/;

/** Tasmota: `tele/<device>/SENSOR`, JSON with a local time in `Time`; the prefix may stand behind the device. */
export const tasmota: Dialect = {
  name: 'tasmota',
  begins: ['tele', 'stat', 'cmnd', 'tasmota'],
  fits: ({ levels }) =>
    isTasmotaDiscovery(levels) ||
    (prefixOf(levels) !== undefined && (levels[0] === 'cmnd' || LAST.test(levels[levels.length - 1]))),
  saysUnits: true,
  describes: isTasmotaDiscovery,
  about: aboutTasmota,
  create() {
    const learn = createTasmotaDiscovery();
    const { walk } = createWalk({ passesOver: (key) => SETTING.test(key) || EVENT.test(key) });
    return (message, out) => {
      const { levels } = message;
      const last = levels[levels.length - 1];
      if (isTasmotaDiscovery(levels)) {
        learn(message, out);
        return 'not-a-reading';
      }
      if (last === 'LWT') return readWill(message, out);
      const root = objectOf(message);
      if (prefixOf(levels) === 'cmnd' || !TOLD.has(last) || message.content.kind === 'text') return 'not-a-reading';
      if (root === undefined) return message.content.kind === 'refused' ? message.content.reason : 'no-field';
      walk('', [root], out, unitsOf(message));
      return 'no-field';
    };
  },
};

function aboutTasmota(levels: readonly string[]): readonly string[] {
  if (prefixOf(levels) === undefined || levels.length < 3) return [];
  const at = PREFIXES.has(levels[0]) ? 0 : levels.length - 2;
  const will = `${levels.slice(0, -1).with(at, 'tele').join('/')}/LWT`;
  return [will, 'tasmota/discovery/+/config', 'tasmota/discovery/+/sensors'];
}

/** The will stands on the topics of readings; answers to `Status` come on others. */
function readWill(message: DialectMessage, out: ReadingSink): 'availability' {
  const { levels } = message;
  const at = PREFIXES.has(levels[0]) ? 0 : levels.length - 2;
  for (const prefix of ['tele', 'stat'])
    readAvailability(message, `${levels.slice(0, -1).with(at, prefix).join('/')}/#`, out);
  return 'availability';
}

function prefixOf(levels: readonly string[]): string | undefined {
  return [levels[0], levels[levels.length - 2]].find((level) => level !== undefined && PREFIXES.has(level));
}

function unitsOf(message: DialectMessage): UnitOf {
  const root = objectOf(message);
  return tasmotaUnits((root?.['StatusSNS'] as object | undefined) ?? root);
}
