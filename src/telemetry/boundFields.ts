import type { LogFields } from './log.ts';

/** Longest text of a fact in UTF-16 units: a topic may have 64 KB, and journald cuts lines at 48 KB, the rest without a priority. */
const LONGEST_FACT = 1024;
/** A stack has more. */
const LONGEST_ERROR = 8192;

/** The facts with texts that are bounded; `…` stands for what was cut off. */
export function boundFields(fields: LogFields): LogFields {
  const bounded: Record<string, LogFields[string]> = {};
  for (const [name, value] of Object.entries(fields))
    bounded[name] =
      typeof value === 'string' ? boundText(value, name === 'error' ? LONGEST_ERROR : LONGEST_FACT) : value;
  return bounded;
}

function boundText(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
