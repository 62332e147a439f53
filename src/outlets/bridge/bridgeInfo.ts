import { parseServerAddress } from '../../adapters/mqtt/client/serverAddress.ts';
import type { Config } from '../../config/config.ts';
import { isTagged } from '../../config/layers/origins.ts';
import { threadCount } from '../../hosts/threadCount.ts';

/** JSON of `<base>/bridge/info`: who we are and what we were told to do. Secrets are left out, not masked. @param restartRequired options that wait for a start */
export function bridgeInfo(config: Config, version: string, restartRequired: readonly string[] = []): string {
  const { baseTopic, clientId, qos, protocol } = config.mqtt;
  // The query of a websocket address may hold a token.
  // An id that is read from a variable or a file may be one that only we know.
  const isSecret = isTagged(config, ['mqtt', 'client_id']);
  const server = parseServerAddress(config.mqtt.server).label;
  return JSON.stringify({
    version,
    node: process.versions.node,
    arch: process.arch,
    mqtt: { server, base_topic: baseTopic, client_id: isSecret ? null : clientId, qos, protocol },
    streams: config.streams.map(({ id, topic, inputs, settings }) => ({
      id: id ?? null,
      topic,
      inputs: inputs.map(({ name, path }) => name ?? path),
      horizons: settings.horizons.map(({ label }) => label),
      cell: settings.model.cell,
      hidden: settings.model.hidden,
    })),
    threads: threadCount(config.threads),
    limits: config.limits,
    restart_required: restartRequired,
  });
}
