import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { TidegateError } from '../../../domain/errors.ts';
import type { MqttSettings } from '../../../domain/mqttSettings.ts';

/** Contents of the PEM files, where set. */
export interface TlsFiles {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** A bundle of all authorities has a quarter of it. */
const MOST_BYTES = 1_048_576;

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
    return readFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new TidegateError('TG_CONFIG_UNREADABLE', `cannot read mqtt.${name} ${path}: ${code}`, { cause: error });
  }
}

/** No device and no pipe: those may have no end. Without O_NONBLOCK the opening of a pipe waits for somebody who writes. */
function readFile(path: string): Buffer {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() && !stat.isDirectory()) throw fault('not a regular file');
    if (stat.size > MOST_BYTES) throw fault(`larger than ${MOST_BYTES / 1024} KiB`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function fault(code: string): Error {
  return Object.assign(new Error(code), { code });
}
