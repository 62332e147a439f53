import * as v from 'valibot';
import type { Config } from './config.ts';
import { isTagged, type Origin, originOf } from './layers/origins.ts';
import { SECRETS } from './problems/harmless.ts';
import type { Applies } from './schema/about.ts';
import { configSchema } from './schema/configSchema.ts';
import { listOptions, type Option, type Schema } from './schema/options.ts';
import { isPlainObject, type PlainObject } from './yaml/plainObject.ts';

/** An option of the whole daemon, or of `defaults`. */
export interface ListedOption {
  /** Dotted path in the words of the file, such as `mqtt.qos`. */
  readonly name: string;
  /** The value as it was written, or the default; a secret is masked. undefined: neither is there. */
  readonly value: unknown;
  readonly origin: Origin;
  readonly applies: Applies | undefined;
}

/** Printed in place of a secret. */
export const MASK = '***';
/** An address may hold a token in its path and its query, and a user in front of its host. */
const ADDRESS = 'mqtt.server';

/** Every option outside of `streams:` with its value and where that comes from, in the order of the reference. */
export function listConfigOptions(config: Config): readonly ListedOption[] {
  const written: PlainObject = { ...config.written.root, defaults: config.written.defaults };
  return listOptions(configSchema)
    .filter(({ path }) => path[0] !== 'streams')
    .map((option) => listOption(config, written, option));
}

/** The value as it may be printed. @param name a dotted path: its last word tells a secret, whatever section it is in */
export function maskOption(name: string, value: unknown): unknown {
  if (value === undefined || value === null) return value;
  if (name === ADDRESS) return maskAddress(String(value));
  return SECRETS.has(name.slice(name.lastIndexOf('.') + 1)) ? MASK : value;
}

/** Scheme, host and port. */
function maskAddress(address: string): string {
  const [, scheme, authority = '', rest = ''] = /^([a-z]+:\/\/)([^/?#]*)(.*)$/is.exec(address) ?? [];
  if (scheme === undefined) return MASK;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return `${scheme}${host}${rest === '' || rest === '/' ? '' : `/${MASK}`}`;
}

function listOption(config: Config, written: PlainObject, { path, schema, applies }: Option): ListedOption {
  const name = path.join('.');
  const origin = originOf(config, path);
  const value = origin.kind === 'credential' ? MASK : (valueAt(written, path) ?? defaultOf(schema));
  return { name, value: isTagged(config, path) ? MASK : maskOption(name, value), origin, applies };
}

export function valueAt(written: PlainObject, path: readonly string[]): unknown {
  return path.reduce<unknown>((holder, key) => (isPlainObject(holder) ? holder[key] : undefined), written);
}

export function defaultOf(schema: Schema): unknown {
  return schema.type === 'optional' ? v.getDefault(schema as Parameters<typeof v.getDefault>[0]) : undefined;
}
