import { type JoinedLayers, joinLayers } from './layers/joinLayers.ts';
import type { Layer } from './layers/layer.ts';
import { checkStreams } from './problems/checkStreams.ts';
import { type Finding, type FindingPath, formatPath } from './problems/finding.ts';
import { isHarmlessName } from './problems/harmless.ts';
import type { Problem } from './problems/problem.ts';
import { validate } from './problems/validate.ts';
import { type ConfigOptions, configSchema } from './schema/configSchema.ts';
import { isPlainObject, mergeOptions, type PlainObject } from './yaml/plainObject.ts';
import { findUnknownKeys } from './yaml/unknownKeys.ts';

/** A problem and the layer that has it. */
export interface LayerProblem {
  readonly layer: Layer;
  readonly problem: Problem;
}

export interface CheckedLayers {
  /** undefined where there is a problem. */
  readonly options: ConfigOptions | undefined;
  /** The whole as written, with the defaults in each stream. */
  readonly raw: PlainObject;
  readonly joined: JoinedLayers;
  readonly problems: readonly LayerProblem[];
}

/** Joins the layers and checks the whole. @param layers at least one, none broken */
export function checkLayers(layers: readonly Layer[]): CheckedLayers {
  const joined = joinLayers(layers);
  const { value } = joined;
  const [first] = layers;
  if (Object.keys(value).length === 0) {
    const problem = { offset: 0, text: 'the file is empty' };
    return { options: undefined, raw: {}, joined, problems: first === undefined ? [] : [{ layer: first, problem }] };
  }
  const unknown = layers.map((layer) => ({ layer, findings: findUnknownKeys(configSchema, layer.value) }));
  const complete = withEntryOfSource(value);
  const merged = withDefaultsInStreams(complete);
  const { output, findings } = validate(configSchema, merged);
  const closer = findings.filter((finding) => {
    const { layer, path } = joined.locate(finding.path, finding.at);
    const outer = unknown.find((each) => each.layer === layer)?.findings ?? [];
    return !outer.some(({ at, path: above }) => at === 'value' && isWithin(path, above));
  });
  const all = [...closer, ...checkStreams(complete['streams'], baseTopicOf(value), joined.nameEntry)];
  const problems = [
    ...unknown.flatMap(({ layer, findings: own }) => own.map((finding) => inLayer(finding, layer))),
    ...toProblems(all, joined),
  ];
  return { options: output, raw: merged, joined, problems };
}

/** `source` is an entry for all that no other entry matches. */
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

function baseTopicOf({ mqtt }: PlainObject): string {
  const base = isPlainObject(mqtt) ? mqtt['base_topic'] : undefined;
  return typeof base === 'string' ? base : 'tidegate';
}

/** A finding of one layer alone. */
function inLayer(finding: Finding, layer: Layer): LayerProblem {
  return { layer, problem: toProblem(finding, finding.path, layer.locate(finding.path, finding.at).offset) };
}

/** A fault that a stream has from `defaults` is shown there, and once. */
function toProblems(findings: readonly Finding[], joined: JoinedLayers): LayerProblem[] {
  const inDefaults = new Set(
    findings.filter(({ path }) => path[0] === 'defaults').map((finding) => keyOf(finding, finding.path.slice(1))),
  );
  return findings.flatMap((finding) => {
    const place = joined.locate(finding.path, finding.at);
    const [first, , ...rest] = finding.path;
    if (first === 'streams' && !place.exact && finding.text !== 'is required') {
      if (inDefaults.has(keyOf(finding, rest))) return [];
      const inherited = joined.locate(['defaults', ...rest], finding.at);
      if (inherited.exact)
        return [{ layer: inherited.layer, problem: toProblem(finding, place.path, inherited.offset) }];
    }
    return [{ layer: place.layer, problem: toProblem(finding, place.path, place.offset) }];
  });
}

function isWithin(path: FindingPath, outer: FindingPath): boolean {
  return outer.every((step, i) => step === path[i]);
}

/** @param path the option in the words of its layer */
function toProblem({ at, text }: Finding, path: FindingPath, offset: number): Problem {
  const problem = { offset, text: `${formatPath(path)}: ${text}` };
  if (at === 'value' || text === 'is required') return problem;
  const discreet = `${formatPath([...path.slice(0, -1), ''])}: ${text}`;
  const key = String(path.at(-1));
  return { offset, text: isHarmlessName(key) ? problem.text : discreet, discreet, valueFrom: offset + key.length };
}

function keyOf(finding: Finding, path: FindingPath): string {
  return JSON.stringify([path, finding.text]);
}
