import type { Config } from '../../config/config.ts';
import type { RequestName } from '../../domain/requestName.ts';

/** Commands that Home Assistant may be given buttons for; none where nothing may be changed over MQTT. */
export function servedCommands({ bridge }: Config): ReadonlySet<RequestName> {
  return new Set(bridge.requests && !bridge.readOnly ? bridge.commands : []);
}
