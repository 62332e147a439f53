import * as v from 'valibot';
import type { Finding, FindingPath } from './finding.ts';

/** Checks a plain value against a schema; `output` is there only when nothing was found. */
export function validate<T>(
  schema: v.GenericSchema<unknown, T>,
  value: unknown,
): { readonly output: T | undefined; readonly findings: readonly Finding[] } {
  const result = v.safeParse(schema, value);
  if (result.success) return { output: result.output, findings: [] };
  return { output: undefined, findings: result.issues.flatMap((issue) => toFindings(issue, [])) };
}

type Issue = v.BaseIssue<unknown>;

function toFindings(issue: Issue, prefix: FindingPath): Finding[] {
  const path = [...prefix, ...pathOf(issue)];
  const isAboutKey = issue.type === 'strict_object' && issue.path?.at(-1)?.origin === 'key';
  // findUnknownKeys names these all, with suggestions.
  if (isAboutKey && issue.expected === 'never') return [];
  if (isAboutKey) return [{ path, at: 'key', text: 'is required' }];
  // A tag that could not be resolved left undefined behind and is reported where it stands.
  if (issue.input === undefined) return [];
  if (issue.input === null) return [{ path, at: 'value', text: 'is empty: give it a value or remove it' }];
  const closer = issue.type === 'union' ? closestOption(issue) : [];
  if (closer.length > 0) return closer.flatMap((inner) => toFindings(inner, path));
  return [{ path, at: 'value', text: textOf(issue) }];
}

/** The faults inside the option of a union whose kind of value fits; none where no kind fits. */
function closestOption(issue: Issue): readonly Issue[] {
  const inner = issue.issues ?? [];
  // To valibot a list is an object too: of what was found inside a list only the list's own counts.
  const kind = Array.isArray(issue.input) ? 'array' : 'object';
  const nested = inner.filter((option) => option.path?.[0].type === kind);
  return nested.length > 0 ? nested : inner.filter((option) => option.kind !== 'schema' && option.path === undefined);
}

function textOf(issue: Issue): string {
  if (issue.type === 'strict_object' || issue.type === 'record') return 'expected a mapping (lines of key: value)';
  if (issue.type === 'array') return 'expected a list';
  return issue.message;
}

function pathOf(issue: Issue): FindingPath {
  return (issue.path ?? []).map((item) => (typeof item.key === 'number' ? item.key : String(item.key)));
}
