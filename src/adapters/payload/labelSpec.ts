import type { LabelRule } from '../../domain/streamSpec.ts';
import { compileFieldPath, type FieldPath } from './fieldPath.ts';

/** A label rule with its paths taken apart. */
export interface CompiledLabels {
  readonly topic: string;
  readonly path: FieldPath | undefined;
  readonly map: ReadonlyMap<string, string> | undefined;
  readonly from: FieldPath | undefined;
  readonly to: FieldPath | undefined;
}

export function compileLabels({ topic, path, map, from, to }: LabelRule): CompiledLabels {
  return {
    topic,
    path: compileOptional(path),
    map: map === undefined ? undefined : new Map(Object.entries(map)),
    from: compileOptional(from),
    to: compileOptional(to),
  };
}

function compileOptional(path: string | undefined): FieldPath | undefined {
  return path === undefined ? undefined : compileFieldPath(path);
}
