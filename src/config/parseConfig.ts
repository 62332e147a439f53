import { resolve } from 'node:path';
import { TidegateError } from '../domain/errors.ts';
import { checkLayers, type LayerProblem } from './checkLayers.ts';
import type { Config, WrittenOptions } from './config.ts';
import { envLayers } from './layers/envLayers.ts';
import { type ConfigText, fileLayer } from './layers/fileLayer.ts';
import type { Layer } from './layers/layer.ts';
import { PASSWORD_CREDENTIAL, sourcesOf } from './layers/origins.ts';
import type { ConfigOptions } from './schema/configSchema.ts';
import { stateFolder } from './stateFolder.ts';
import type { PlainObject } from './yaml/plainObject.ts';
import { createYamlTags, type TagSources, trimLastNewline, type YamlTags } from './yaml/yamlTags.ts';

type Durability = Config['state']['durability'];

/** Everything outside the text that a configuration depends on. */
export interface ConfigContext extends TagSources {
  /** For the default client id. */
  readonly hostname: string;
  /** For the default folder of the state. */
  readonly homedir?: string | undefined;
  /** Where systemd puts `mqtt-password`, if it does. */
  readonly credentialsDirectory?: string | undefined;
}

/** The configuration in `text`, or every problem of it at once (TG_CONFIG_INVALID). No other I/O than `context.readFile`. */
export function parseConfig(text: string, fileName: string, context: ConfigContext): Config {
  const tags = createYamlTags(context);
  return parseLayers([fileLayer({ name: fileName, text }, tags)], tags, context);
}

/**
 * The configuration of several files and of the variables `TIDEGATE__…` of the environment: a later file wins over those before it, a
 * variable over all files. @param files at least one: the first is the configuration file itself
 */
export function parseFiles(files: readonly ConfigText[], context: ConfigContext): Config {
  const tags = createYamlTags(context);
  const layers = [...files.map((file) => fileLayer(file, tags)), ...envLayers(context.env, tags)];
  return parseLayers(layers, tags, context);
}

function parseLayers(layers: readonly Layer[], tags: YamlTags, context: ConfigContext): Config {
  const read = layers.flatMap((layer) => layer.problems.map((problem) => ({ layer, problem })));
  const isBroken = layers.some((layer) => layer.isBroken);
  const checked = isBroken ? undefined : checkLayers(layers);
  const problems = [...read, ...(checked?.problems ?? [])];
  if (problems.length > 0 || checked?.options === undefined) throw toError(problems, layers, tags);
  const { options, raw, joined } = checked;
  const [{ origin }] = layers as [Layer];
  return {
    file: origin.name,
    mqtt: completeMqtt(options, context),
    streams: options.streams,
    threads: options.threads,
    limits: options.limits,
    state: completeState(options, context),
    log: options.log,
    health: options.health,
    bridge: options.bridge,
    homeAssistant: options.homeAssistant,
    page: options.page,
    metrics: options.metrics,
    secretFiles: secretFilesOf(options, layers, context),
    written: toWritten(raw),
    sources: sourcesOf(layers, joined),
  };
}

function toError(problems: readonly LayerProblem[], layers: readonly Layer[], tags: YamlTags): TidegateError {
  const areFiles = problems.every(({ problem }) => tags.unreadable.has(problem.text));
  const texts = layers.flatMap((layer) => {
    const own = problems.filter((each) => each.layer === layer).map(({ problem }) => problem);
    return own.length === 0 ? [] : [layer.format(own)];
  });
  return new TidegateError(areFiles ? 'TG_CONFIG_UNREADABLE' : 'TG_CONFIG_INVALID', texts.join('\n'));
}

/** The files with the password, with a token in the address of the broker, or with that of the page in them. */
function secretFilesOf(
  { mqtt, page }: ConfigOptions,
  layers: readonly Layer[],
  { env, directory }: ConfigContext,
): readonly string[] {
  const files = new Set<string>();
  const note = (section: string, key: string): void => {
    // A secret that a later layer replaces stands in its file all the same.
    for (const layer of layers.filter((each) => each.locate([section, key], 'value').exact)) {
      const tagged = layer.tagAt([section, key]);
      if (tagged?.tag === '!file') files.add(resolve(directory, tagged.text));
      // The default of a variable that is not set stands in the file.
      else if (tagged?.tag !== '!env' || !env[/^\w*/.exec(tagged.text)?.[0] ?? ''])
        if (layer.origin.kind === 'file') files.add(layer.origin.name);
    }
  };
  if (mqtt.password !== undefined) note('mqtt', 'password');
  if (mqtt.server.includes('?')) note('mqtt', 'server');
  if (page.token !== undefined) note('page', 'token');
  return [...files];
}

function toWritten({ defaults = {}, streams = [], ...root }: PlainObject): WrittenOptions {
  return { root, defaults: defaults as PlainObject, streams: streams as readonly PlainObject[] };
}

function completeMqtt({ mqtt, state }: ConfigOptions, context: ConfigContext): Config['mqtt'] {
  const inFolder = (path: string | undefined) => (path === undefined ? undefined : resolve(context.directory, path));
  const host = context.hostname.replace(/[^\w.-]/g, '') || 'host';
  return {
    ...mqtt,
    session: { ...mqtt.session, persistent: durabilityOf(state, mqtt) === 'journal' && mqtt.qos > 0 },
    clientId: mqtt.clientId ?? `tidegate-${host}`,
    password: mqtt.password ?? readCredential(context),
    ca: inFolder(mqtt.ca),
    cert: inFolder(mqtt.cert),
    key: inFolder(mqtt.key),
  };
}

function completeState({ state, mqtt }: ConfigOptions, context: ConfigContext): Config['state'] {
  const { dir } = state;
  return {
    ...state,
    dir:
      dir === undefined
        ? stateFolder({ env: context.env, homedir: context.homedir ?? '' })
        : resolve(context.directory, dir),
    durability: durabilityOf(state, mqtt),
  };
}

function durabilityOf({ durability }: ConfigOptions['state'], { qos }: ConfigOptions['mqtt']): Durability {
  if (durability !== 'auto') return durability;
  return qos === 0 ? 'snapshot' : 'journal';
}

function readCredential({ credentialsDirectory, readFile }: ConfigContext): string | undefined {
  if (credentialsDirectory === undefined || credentialsDirectory === '' || readFile === undefined) return undefined;
  const path = resolve(credentialsDirectory, PASSWORD_CREDENTIAL);
  try {
    return trimLastNewline(readFile(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return undefined;
    throw new TidegateError('TG_CONFIG_UNREADABLE', `cannot read the credential ${path} (${code ?? 'unreadable'})`);
  }
}
