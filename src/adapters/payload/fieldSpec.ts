import type { Report } from '../../domain/events.ts';
import { type NotationRule, narrowNotation } from '../../domain/notation.ts';
import type { StreamSettings, TimeSettings } from '../../domain/streamSettings.ts';
import type { FieldRule, InputRule, StreamSpec } from '../../domain/streamSpec.ts';
import type { ZoneOffset } from '../../domain/time.ts';
import { ANY_READING, narrowValid, type ValidRule } from '../../domain/validReadings.ts';
import { DialectReaders } from './dialectReader.ts';
import type { DeviceBook } from './dialects/deviceBook.ts';
import { deviceTopics } from './dialects/deviceTopics.ts';
import { compileFieldPath, type FieldPath } from './fieldPath.ts';
import { type FieldSight, FieldWatch } from './fieldWatch.ts';
import type { CompiledInput } from './inputFields.ts';
import { type CompiledLabels, compileLabels } from './labelSpec.ts';
import type { TextMap } from './numberText.ts';
import { createSampleTime, type ReadSampleTime } from './sampleTime.ts';

/** A configured field, ready for any topic that its entry matches. */
export interface CompiledField {
  /** The field's name in the stream id; undefined: it has none. */
  readonly label: string | undefined;
  readonly path: FieldPath | undefined;
  /** The path as it is written. */
  readonly dotted: string | undefined;
  readonly map: TextMap | undefined;
  /** Its entry with the settings of the field: what is valid may differ from field to field. The same object for every topic. */
  readonly spec: StreamSpec;
  readonly sight: FieldSight;
}

/** A configuration entry with its paths taken apart. Its settings are asked of `spec`, which always has those of now. */
export interface CompiledSpec {
  readonly spec: StreamSpec;
  readonly fields: 'auto' | readonly CompiledField[];
  /** Watch over the fields that it names. */
  readonly watch: FieldWatch;
  readonly inputs: readonly CompiledInput[];
  /** undefined: no labels come. */
  readonly labels: CompiledLabels | undefined;
  /** For one topic. */
  readonly createTimeOf: () => ReadSampleTime;
  readonly zone: ZoneOffset;
  readonly report: Report;
  /** Shared by all entries. */
  readonly devices: DeviceBook;
  /** Filters of topics of which descriptions and presence are read, and no readings. */
  readonly deviceTopics: readonly string[];
  /** undefined: the entry says its fields by itself. */
  readonly dialects: DialectReaders | undefined;
}

export function compileSpec(
  spec: StreamSpec,
  zoneOffsetOf: (zone: string) => ZoneOffset,
  report: Report,
  devices: DeviceBook,
): CompiledSpec {
  const settingsOf = (): TimeSettings => spec.settings.time;
  const zone: ZoneOffset = (at) => zoneOffsetOf(settingsOf().zone)(at);
  const named = spec.fields === 'auto' ? [] : spec.fields.map((field) => compileField(field, spec));
  // The payload itself is always there.
  const watched = named.flatMap(({ path, sight }) => (path === undefined ? [] : [sight]));
  return {
    spec,
    fields: spec.fields === 'auto' ? 'auto' : named,
    watch: new FieldWatch(spec.topic, watched, report),
    inputs: spec.inputs.map((input) => compileInput(input, spec)),
    labels: spec.labels && compileLabels(spec.labels),
    createTimeOf: () => createSampleTime({ settingsOf, zone, report }),
    zone,
    report,
    devices,
    deviceTopics: deviceTopics(spec),
    dialects: spec.source && new DialectReaders(spec, devices),
  };
}

/**
 * The name of a field's stream: the base alone for the only field of an entry with an id, else the base with the field's label.
 * @param base the id of the entry, or the topic of one without
 */
export function nameField(base: string, hasId: boolean, label: string | undefined, fields: number): string {
  return label === undefined || (hasId && fields === 1) ? base : `${base}/${label}`;
}

function compileField({ path, name, map, valid, notation }: FieldRule, spec: StreamSpec): CompiledField {
  return {
    label: name ?? path,
    path: path === undefined ? undefined : compileFieldPath(path),
    dotted: path,
    map: compileMap(map),
    sight: { name: path ?? '', isSeen: false },
    spec: valid === undefined && notation === undefined ? spec : narrowSpec(spec, valid ?? {}, notation ?? {}),
  };
}

/** The entry as it is for a field with a rule of its own. Its settings are one object for as long as those of the entry are. */
function narrowSpec(spec: StreamSpec, valid: ValidRule, notation: NotationRule): StreamSpec {
  const narrow = (of: StreamSettings): StreamSettings => ({
    ...of,
    valid: narrowValid(of.valid, valid),
    notation: narrowNotation(of.notation, notation),
  });
  let base = spec.settings;
  let narrowed = narrow(base);
  return {
    ...spec,
    get settings() {
      if (base !== spec.settings) {
        base = spec.settings;
        narrowed = narrow(base);
      }
      return narrowed;
    },
  };
}

function compileInput({ path, map, valid = {}, notation = {} }: InputRule, spec: StreamSpec): CompiledInput {
  return {
    path: compileFieldPath(path),
    map: compileMap(map),
    valid: narrowValid(ANY_READING, valid),
    get notation() {
      return narrowNotation(spec.settings.notation, notation);
    },
  };
}

function compileMap(map: FieldRule['map']): TextMap | undefined {
  return map === undefined ? undefined : new Map(Object.entries(map));
}
