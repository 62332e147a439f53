import { isPlainObject, type PlainObject } from '../yaml/plainObject.ts';
import type { Finding, FindingPath } from './finding.ts';

/** Conflicts of the inputs of a stream with its target and with each other. Works on the file as written. */
export function checkInputs(stream: PlainObject): Finding[] {
  const { inputs, target, fields } = stream;
  if (inputs === undefined) return [];
  if (target === undefined) {
    const text =
      fields === undefined
        ? 'join one field: name it with target'
        : 'join one field: name it with target, in place of fields';
    return [{ path: ['inputs'], at: 'key', text }];
  }
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const { at, path, map } of listInputs(inputs)) {
    const source = JSON.stringify([path, map]);
    if (path === target)
      findings.push({ path: at, at: 'value', text: 'is the target: its own past is always an input' });
    // One path with two maps is how a word becomes several inputs.
    else if (seen.has(source)) findings.push({ path: at, at: 'value', text: 'is named twice' });
    seen.add(source);
  }
  return findings;
}

interface Written {
  readonly at: FindingPath;
  readonly path: unknown;
  readonly map: unknown;
}

function listInputs(inputs: unknown): readonly Written[] {
  if (Array.isArray(inputs)) return inputs.map((path, i) => ({ at: ['inputs', i], path, map: undefined }));
  if (!isPlainObject(inputs)) return [];
  return Object.entries(inputs).map(([name, input]) => {
    const at = ['inputs', name];
    return isPlainObject(input)
      ? { at: [...at, 'path'], path: input['path'], map: input['map'] }
      : { at, path: input, map: undefined };
  });
}
