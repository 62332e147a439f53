import type { Report } from '../../domain/events.ts';
import type { FieldRule, InputRule, StreamSpec } from '../../domain/streamSpec.ts';
import type { ZoneOffset } from '../../domain/time.ts';
import { compileFieldPath, type FieldPath } from './fieldPath.ts';
import type { CompiledInput } from './inputFields.ts';
import type { TextMap } from './numberText.ts';
import { createSampleTime, type ReadSampleTime } from './sampleTime.ts';

/** A configured field, ready for any topic that its entry matches. */
export interface CompiledField {
  /** What it is called in the stream id, undefined: nothing. */
  readonly label: string | undefined;
  readonly path: FieldPath | undefined;
  readonly map: TextMap | undefined;
}

/** A configuration entry with its paths taken apart and its time rules bound to a zone. */
export interface CompiledSpec {
  readonly spec: StreamSpec;
  readonly fields: 'auto' | readonly CompiledField[];
  readonly inputs: readonly CompiledInput[];
  /** For one topic. */
  readonly createTimeOf: () => ReadSampleTime;
  readonly report: Report;
}

export function compileSpec(
  spec: StreamSpec,
  zoneOffsetOf: (zone: string) => ZoneOffset,
  report: Report,
): CompiledSpec {
  const settings = spec.settings.time;
  const zone = zoneOffsetOf(settings.zone);
  return {
    spec,
    fields: spec.fields === 'auto' ? 'auto' : spec.fields.map(compileField),
    inputs: spec.inputs.map(compileInput),
    createTimeOf: () => createSampleTime({ settings, zone, report }),
    report,
  };
}

function compileField({ path, name, map }: FieldRule): CompiledField {
  return {
    label: name ?? path,
    path: path === undefined ? undefined : compileFieldPath(path),
    map: compileMap(map),
  };
}

function compileInput({ path, map }: InputRule): CompiledInput {
  return { path: compileFieldPath(path), map: compileMap(map) };
}

function compileMap(map: FieldRule['map']): TextMap | undefined {
  return map === undefined ? undefined : new Map(Object.entries(map));
}
