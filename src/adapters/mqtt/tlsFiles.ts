import { readFileSync } from 'node:fs';
import { TidegateError } from '../../domain/errors.ts';
import type { MqttSettings } from '../../domain/mqttSettings.ts';

/** Contents of the PEM files, where set. */
export interface TlsFiles {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/**
 * Read at every connect, so that renewed certificates are taken up without a restart.
 * @throws TidegateError TG_CONFIG_UNREADABLE
 */
export function readTlsFiles(settings: MqttSettings): TlsFiles {
  return {
    ...(settings.ca !== undefined && { ca: readPem('ca', settings.ca) }),
    ...(settings.cert !== undefined && { cert: readPem('cert', settings.cert) }),
    ...(settings.key !== undefined && { key: readPem('key', settings.key) }),
  };
}

function readPem(name: 'ca' | 'cert' | 'key', path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new TidegateError('TG_CONFIG_UNREADABLE', `cannot read mqtt.${name} ${path}: ${code}`, { cause: error });
  }
}
