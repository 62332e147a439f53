import * as v from 'valibot';
import { type FindingPath, formatPath } from '../problems/finding.ts';
import type { Problem } from '../problems/problem.ts';
import { isSection } from '../schema/options.ts';
import { isPlainObject, type PlainObject } from '../yaml/plainObject.ts';
import { readYaml, type SourcePlace } from '../yaml/yamlSource.ts';
import type { YamlTags } from '../yaml/yamlTags.ts';
import { faultOfName, isOverride, pathOf, schemaAt } from './envNames.ts';
import type { Layer } from './layer.ts';

/** A tag in place of a text: it is read as in a file. */
const TAGGED = /^(!(?:env|file))\s+([\s\S]*)$/;

/**
 * Options in variables of the environment: `TIDEGATE__MQTT__BASE_TOPIC` is `mqtt.base_topic`. The schema tells the type of a value. An
 * empty variable says nothing: so env files and service managers write what is not set. In the order of their names, so that an option
 * comes behind the section that holds it.
 */
export function envLayers(env: Readonly<Record<string, string | undefined>>, tags: YamlTags): readonly Layer[] {
  return Object.keys(env)
    .filter(isOverride)
    .sort()
    .flatMap((name) => {
      const text = env[name];
      return text === undefined || text === '' ? [] : [envLayer(name, text, tags)];
    });
}

function envLayer(name: string, text: string, tags: YamlTags): Layer {
  const path = pathOf(name);
  const fault = faultOfName(name);
  const { value, problems } = fault === undefined ? readValue(text, path, tags) : { value: undefined, problems: [] };
  const nested = path.reduceRight<unknown>((inner, key) => Object.fromEntries([[key, inner]]), value) as PlainObject;
  return {
    origin: { kind: 'env', name },
    value: fault === undefined ? nested : {},
    problems: fault === undefined ? problems : [{ offset: 0, text: fault }],
    isBroken: false,
    locate: (wanted) => locate(fault === undefined ? nested : {}, wanted),
    tagAt: (wanted) => (isSame(path, wanted) ? tagOf(text) : undefined),
    tagged: tagOf(text) === undefined ? [] : [path],
    format: (found) => [...new Set(found.map((problem) => `${name}: ${wordsOf(problem)}`))].join('\n'),
    describePlace: (wanted) => `${formatPath(wanted)} in ${name}`,
  };
}

interface ReadValue {
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

/** The text itself where the option takes it, such as a password of digits; else what YAML makes of it. */
function readValue(text: string, path: readonly string[], tags: YamlTags): ReadValue {
  const yaml = readYaml(text, tags);
  if (TAGGED.test(text)) return yaml;
  const schema = schemaAt(path);
  const isText = schema !== undefined && !isSection(schema) && v.safeParse(schema, text).success;
  return { value: isText || yaml.problems.length > 0 ? text : yaml.value, problems: [] };
}

function locate(value: PlainObject, path: FindingPath): SourcePlace {
  let holder: unknown = value;
  for (const [depth, step] of path.entries()) {
    const isHolder = isPlainObject(holder) || Array.isArray(holder);
    if (!isHolder || !Object.hasOwn(holder as object, step)) return { offset: 0, depth, exact: false };
    holder = (holder as Readonly<Record<string | number, unknown>>)[step];
  }
  return { offset: 0, depth: path.length, exact: true };
}

function isSame(path: readonly string[], wanted: FindingPath): boolean {
  return path.length === wanted.length && path.every((step, i) => step === wanted[i]);
}

function tagOf(text: string): { readonly tag: string; readonly text: string } | undefined {
  const [, tag, rest = ''] = TAGGED.exec(text) ?? [];
  return tag === undefined ? undefined : { tag, text: rest.trim() };
}

/** The parser's own words may quote the value. */
function wordsOf({ text, isForeign }: Problem): string {
  return isForeign === true ? 'is not valid YAML' : text;
}
