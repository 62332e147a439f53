import type { Config } from '../../config/config.ts';
import { bridgeTopics } from '../bridge/bridgeTopics.ts';
import { agentEntities } from './agentEntities.ts';
import { toComponents } from './component.ts';
import { agentControls } from './controlEntities.ts';
import { agentDevice, availableBy, type DeviceAnnouncement } from './device.ts';
import { slugOf } from './names.ts';
import { servedCommands } from './servedCommands.ts';

/** The daemon as a device. @param node its name in identifiers */
export function agentAnnouncement(config: Config, node: string, version: string): Omit<DeviceAnnouncement, 'removed'> {
  const { baseTopic } = config.mqtt;
  const topics = bridgeTopics(baseTopic);
  const availability = [availableBy(topics.state)];
  const controls = agentControls({ baseTopic, commands: servedCommands(config), availability });
  const components = toComponents([...agentEntities(topics), ...controls], node, slugOf(node));
  return { device: agentDevice(node, baseTopic, version), version, availability, components };
}
