import type { Config } from '../config.ts';
import type { FindingPath } from '../problems/finding.ts';
import { isPlainObject, type PlainObject } from '../yaml/plainObject.ts';
import type { ConfigSources, LayerOrigin } from './configSources.ts';
import type { JoinedLayers } from './joinLayers.ts';
import type { Layer } from './layer.ts';

/** Where a value comes from: a file by its path, a variable of the environment or a systemd credential by its name, or nowhere. */
export type Origin =
  | LayerOrigin
  | { readonly kind: 'credential'; readonly name: string }
  | { readonly kind: 'default' };

/** Name of the systemd credential that is the password. */
export const PASSWORD_CREDENTIAL = 'mqtt-password';

export function sourcesOf(layers: readonly Layer[], { entries }: JoinedLayers): ConfigSources {
  const positions = new Map(layers.map((layer, position) => [layer, position]));
  return {
    layers: layers.map(({ origin, value, tagged }) => ({ origin, value, tagged })),
    entries: entries.map(({ layer, index }) => ({ layer: positions.get(layer) ?? 0, index })),
  };
}

/**
 * Where the value of an option comes from. What an entry of `streams:` does not say is asked of `defaults`.
 * @param path as in the whole configuration: `['mqtt', 'qos']`, `['streams', 0, 'step']`
 */
export function originOf({ sources, mqtt }: Pick<Config, 'sources' | 'mqtt'>, path: FindingPath): Origin {
  const found = findPlace(sources, path);
  if (found !== undefined) return found.layer.origin;
  const isPassword = path.join('.') === 'mqtt.password' && mqtt.password !== undefined;
  return isPassword ? { kind: 'credential', name: PASSWORD_CREDENTIAL } : { kind: 'default' };
}

/** True for a value that is read from elsewhere (`!env`, `!file`), or has such a part: it may be a secret. */
export function isTagged({ sources }: Pick<Config, 'sources'>, path: FindingPath): boolean {
  const { layer, own } = findPlace(sources, path) ?? {};
  return own !== undefined && layer?.tagged.some((tagged) => own.every((step, i) => step === tagged[i])) === true;
}

interface SourcePlace {
  readonly layer: ConfigSources['layers'][number];
  /** The option in the words of its layer. */
  readonly own: FindingPath;
}

/** One word for it: `default`, or the name of the file, variable or credential. */
export function nameOfOrigin(origin: Origin): string {
  return origin.kind === 'default' ? 'default' : origin.name;
}

function findPlace({ layers, entries }: ConfigSources, path: FindingPath): SourcePlace | undefined {
  const [first, position, ...rest] = path;
  if (first !== 'streams' || typeof position !== 'number') {
    const layer = layers.findLast(({ value }) => has(value, path));
    return layer && { layer, own: path };
  }
  const entry = entries[position];
  const layer = entry === undefined ? undefined : layers[entry.layer];
  const own = ['streams', entry?.index ?? 0, ...rest];
  if (layer !== undefined && has(layer.value, own)) return { layer, own };
  // The entry that `source` makes has a topic and a source of its own.
  const isOfSource = entry === undefined && (rest[0] === 'topic' || rest[0] === 'source');
  return findPlace({ layers, entries }, isOfSource ? ['source'] : ['defaults', ...rest]);
}

function has(value: PlainObject, path: FindingPath): boolean {
  let holder: unknown = value;
  for (const step of path) {
    const isHolder = isPlainObject(holder) || Array.isArray(holder);
    if (!isHolder || !Object.hasOwn(holder as object, step)) return false;
    holder = (holder as Readonly<Record<string | number, unknown>>)[step];
  }
  return holder !== undefined;
}
