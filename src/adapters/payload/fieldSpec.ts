import type { Report } from '../../domain/events.ts';
import type { FieldRule, InputRule, StreamSpec } from '../../domain/streamSpec.ts';
import type { ZoneOffset } from '../../domain/time.ts';
import { ANY_READING, narrowValid } from '../../domain/validReadings.ts';
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
  /** Its entry with its own settings: what is valid may differ from field to field. The same object for every topic. */
  readonly spec: StreamSpec;
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
    fields: spec.fields === 'auto' ? 'auto' : spec.fields.map((field) => compileField(field, spec)),
    inputs: spec.inputs.map(compileInput),
    createTimeOf: () => createSampleTime({ settings, zone, report }),
    report,
  };
}

/**
 * The name of a field's stream: the base alone for the only field of an entry with an id, else the base with the field's label.
 * @param base the id of the entry, or the topic of one without
 */
export function nameField(base: string, hasId: boolean, label: string | undefined, fields: number): string {
  return label === undefined || (hasId && fields === 1) ? base : `${base}/${label}`;
}

function compileField({ path, name, map, valid }: FieldRule, spec: StreamSpec): CompiledField {
  const { settings } = spec;
  return {
    label: name ?? path,
    path: path === undefined ? undefined : compileFieldPath(path),
    map: compileMap(map),
    spec:
      valid === undefined ? spec : { ...spec, settings: { ...settings, valid: narrowValid(settings.valid, valid) } },
  };
}

function compileInput({ path, map, valid = {} }: InputRule): CompiledInput {
  return { path: compileFieldPath(path), map: compileMap(map), valid: narrowValid(ANY_READING, valid) };
}

function compileMap(map: FieldRule['map']): TextMap | undefined {
  return map === undefined ? undefined : new Map(Object.entries(map));
}
