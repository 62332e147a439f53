import { parseDocument } from 'yaml';
import { TidegateError } from '../domain/errors.ts';
import type { StreamSettings } from '../domain/streamSettings.ts';
import { type Finding, type FindingPath, formatPath } from './problems/finding.ts';
import { validate } from './problems/validate.ts';
import { settingsSchema } from './schema/streamSchema.ts';
import { mergeOptions, type PlainObject } from './yaml/plainObject.ts';
import { findUnknownKeys } from './yaml/unknownKeys.ts';

export interface SettingsRequest {
  /** `defaults:` as written, where a file was read. */
  readonly defaults?: PlainObject | undefined;
  /** `path=value` each: a dotted path of a stream's options and a YAML value; later ones win. */
  readonly overrides?: readonly string[] | undefined;
  /** Horizons as on the command line: `5` or `15m` each. */
  readonly horizons?: readonly string[] | undefined;
  readonly seed?: number | undefined;
}

/** The settings of one stream that no file describes. Wrong ones are TG_USAGE and name the flag. */
export function streamSettings(request: SettingsRequest): StreamSettings {
  const flags = flagsOf(request);
  let raw: unknown = request.defaults ?? {};
  const findings: Finding[] = [];
  for (const flag of flags) {
    const options = flag.path.reduceRight<unknown>((value, key) => Object.fromEntries([[key, value]]), flag.value);
    findings.push(...findUnknownKeys(settingsSchema, options));
    raw = mergeOptions(raw, options);
  }
  const { output, findings: faults } = validate(settingsSchema, raw);
  findings.push(...faults);
  if (output !== undefined && findings.length === 0) return output;
  const lines = new Set(findings.map((finding) => `${label(finding.path, flags)}: ${finding.text}`));
  throw new TidegateError('TG_USAGE', [...lines].join('\n'));
}

interface Flag {
  readonly name: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

function flagsOf({ overrides = [], horizons, seed }: SettingsRequest): Flag[] {
  const flags: Flag[] = [];
  if (horizons !== undefined) {
    const value = horizons.map((item) => (/^\d+$/.test(item.trim()) ? Number(item) : item.trim()));
    flags.push({ name: '--horizons', path: ['horizons'], value });
  }
  if (seed !== undefined) flags.push({ name: '--seed', path: ['model', 'seed'], value: seed });
  return [...flags, ...overrides.map(toFlag)];
}

function toFlag(override: string): Flag {
  const equals = override.indexOf('=');
  if (equals < 1) throw new TidegateError('TG_USAGE', '--set: expected key=value, such as model.hidden=16');
  const path = override.slice(0, equals).trim().split('.');
  const name = `--set ${formatPath(path)}`;
  const document = parseDocument(override.slice(equals + 1), {
    prettyErrors: false,
    logLevel: 'silent',
    stringKeys: true,
  });
  if (document.errors.length > 0 || document.warnings.length > 0)
    throw new TidegateError('TG_USAGE', `${name}: the value is not valid YAML; lists are written [1, 5]`);
  try {
    return { name, path, value: document.toJS() as unknown };
  } catch {
    throw new TidegateError('TG_USAGE', `${name}: aliases cannot be used here`);
  }
}

/** The last flag that set (part of) what is wrong; the bare path where none did. */
function label(path: FindingPath, flags: readonly Flag[]): string {
  const flag = flags.findLast((candidate) => candidate.path.every((step, i) => i >= path.length || step === path[i]));
  if (flag === undefined) return formatPath(path);
  const rest = path.slice(flag.path.length);
  return rest.length === 0 ? flag.name : `${flag.name} at ${formatPath(rest)}`;
}
