import { resolve } from 'node:path';
import { TidegateError } from '../domain/errors.ts';
import type { Config, WrittenOptions } from './config.ts';
import { checkStreams } from './problems/checkStreams.ts';
import { type Finding, type FindingPath, formatPath } from './problems/finding.ts';
import { isHarmlessName } from './problems/harmless.ts';
import { formatProblems, type Problem } from './problems/problem.ts';
import { validate } from './problems/validate.ts';
import { type ConfigOptions, configSchema } from './schema/configSchema.ts';
import { stateFolder } from './stateFolder.ts';
import { isPlainObject, mergeOptions, type PlainObject } from './yaml/plainObject.ts';
import { findUnknownKeys } from './yaml/unknownKeys.ts';
import { readYaml, type YamlSource } from './yaml/yamlSource.ts';
import { createYamlTags, type TagSources, trimLastNewline } from './yaml/yamlTags.ts';

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
  const source = readYaml(text, tags);
  const { options, raw, problems } = source.isBroken ? { options: undefined, raw: {}, problems: [] } : check(source);
  const all = [...source.problems, ...problems];
  if (all.length > 0 || options === undefined) {
    const areFiles = all.every((problem) => tags.unreadable.has(problem.text));
    throw new TidegateError(
      areFiles ? 'TG_CONFIG_UNREADABLE' : 'TG_CONFIG_INVALID',
      formatProblems(all, fileName, text),
    );
  }
  return {
    file: fileName,
    mqtt: completeMqtt(options, context),
    streams: options.streams,
    threads: options.threads,
    limits: options.limits,
    state: completeState(options, context),
    log: options.log,
    health: options.health,
    bridge: options.bridge,
    homeAssistant: options.homeAssistant,
    secretFiles: secretFilesOf(options, source, fileName, context),
    written: toWritten(raw),
  };
}

/** The password, and a token in the address of the broker. */
function secretFilesOf(
  { mqtt }: ConfigOptions,
  source: YamlSource,
  fileName: string,
  { env, directory }: ConfigContext,
): readonly string[] {
  const files = new Set<string>();
  const note = (key: string): void => {
    const tagged = source.tagAt(['mqtt', key]);
    if (tagged?.tag === '!file') files.add(resolve(directory, tagged.text));
    // The default of a variable that is not set stands in the file.
    else if (tagged?.tag !== '!env' || !env[/^\w*/.exec(tagged.text)?.[0] ?? '']) files.add(fileName);
  };
  if (mqtt.password !== undefined) note('password');
  if (mqtt.server.includes('?')) note('server');
  return [...files];
}

interface Checked {
  readonly options: ConfigOptions | undefined;
  /** The file as written, with the defaults in each stream. */
  readonly raw: PlainObject;
  readonly problems: readonly Problem[];
}

function check(source: YamlSource): Checked {
  const raw = source.value;
  if (!isPlainObject(raw)) {
    const text = raw === null || raw === undefined ? 'the file is empty' : 'expected a mapping (lines of key: value)';
    return { options: undefined, raw: {}, problems: [{ offset: 0, text }] };
  }
  const shape = findUnknownKeys(configSchema, raw);
  const complete = withEntryOfSource(raw);
  const merged = withDefaultsInStreams(complete);
  const { output, findings } = validate(configSchema, merged);
  const closer = findings.filter(
    (finding) => !shape.some((outer) => outer.at === 'value' && isWithin(finding.path, outer.path)),
  );
  const all = [...shape, ...closer, ...checkStreams(complete['streams'], baseTopicOf(raw))];
  return { options: output, raw: merged, problems: toProblems(all, source) };
}

/** `source` of the file is an entry for all that no other entry matches. */
function withEntryOfSource(raw: PlainObject): PlainObject {
  const { source, streams = [] } = raw;
  if (source === undefined || !Array.isArray(streams)) return raw;
  return { ...raw, streams: [...(streams as readonly unknown[]), { topic: '#', source }] };
}

/** Each stream as it would be had its entry repeated all defaults. */
function withDefaultsInStreams(raw: PlainObject): PlainObject {
  const { defaults, streams } = raw;
  if (!Array.isArray(streams) || !isPlainObject(defaults)) return raw;
  return {
    ...raw,
    streams: streams.map((stream) => (isPlainObject(stream) ? mergeOptions(defaults, stream) : stream)),
  };
}

function toWritten({ defaults = {}, streams = [], ...root }: PlainObject): WrittenOptions {
  return { root, defaults: defaults as PlainObject, streams: streams as readonly PlainObject[] };
}

function baseTopicOf(raw: PlainObject): string {
  const mqtt = raw['mqtt'];
  const base = isPlainObject(mqtt) ? mqtt['base_topic'] : undefined;
  return typeof base === 'string' ? base : 'tidegate';
}

/** A fault that a stream has from `defaults` is shown there, and once. */
function toProblems(findings: readonly Finding[], source: YamlSource): Problem[] {
  const inDefaults = new Set(
    findings.filter(({ path }) => path[0] === 'defaults').map((finding) => keyOf(finding, finding.path.slice(1))),
  );
  return findings.flatMap((finding) => {
    const place = source.locate(finding.path, finding.at);
    const [first, , ...rest] = finding.path;
    if (first === 'streams' && !place.exact && finding.text !== 'is required') {
      if (inDefaults.has(keyOf(finding, rest))) return [];
      const inherited = source.locate(['defaults', ...rest], finding.at);
      if (inherited.exact) return [toProblem(finding, inherited.offset)];
    }
    return [toProblem(finding, place.offset)];
  });
}

function isWithin(path: FindingPath, outer: FindingPath): boolean {
  return outer.every((step, i) => step === path[i]);
}

function toProblem({ path, at, text }: Finding, offset: number): Problem {
  const problem = { offset, text: `${formatPath(path)}: ${text}` };
  if (at === 'value' || text === 'is required') return problem;
  const discreet = `${formatPath([...path.slice(0, -1), ''])}: ${text}`;
  const key = String(path.at(-1));
  return { offset, text: isHarmlessName(key) ? problem.text : discreet, discreet, valueFrom: offset + key.length };
}

function keyOf(finding: Finding, path: FindingPath): string {
  return JSON.stringify([path, finding.text]);
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
  const path = resolve(credentialsDirectory, 'mqtt-password');
  try {
    return trimLastNewline(readFile(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return undefined;
    throw new TidegateError('TG_CONFIG_UNREADABLE', `cannot read the credential ${path} (${code ?? 'unreadable'})`);
  }
}
