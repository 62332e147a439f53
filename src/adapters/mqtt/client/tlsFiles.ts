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

/** Beginnings of the parts that a file of its kind has to have one of (RFC 7468; OpenSSL reads the older words too). */
const PARTS = {
  ca: { pattern: /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/, name: 'certificate' },
  cert: { pattern: /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/, name: 'certificate' },
  key: { pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/, name: 'private key' },
} as const;

function readPem(name: 'ca' | 'cert' | 'key', path: string): Buffer {
  try {
    const bytes = readFile(path);
    const part = PARTS[name];
    // OpenSSL passes over what it does not know, and then nothing is trusted.
    if (!part.pattern.test(bytes.toString('latin1'))) throw fault(`it holds no ${part.name} in PEM`);
    return bytes;
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
