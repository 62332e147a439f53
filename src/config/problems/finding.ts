export type FindingPath = readonly (string | number)[];

/** A fault of the option at a path; not yet a place in a file. Never holds a value of the configuration. */
export interface Finding {
  readonly path: FindingPath;
  /** Tells whether the key itself is wrong or its value. A missing key points at what should hold it. */
  readonly at: 'key' | 'value';
  readonly text: string;
}

/** `streams[0].model.hidden`. */
export function formatPath(path: FindingPath): string {
  let formatted = '';
  for (const step of path) {
    if (typeof step === 'number') formatted += `[${step}]`;
    else formatted += `${formatted === '' ? '' : '.'}${isPlainKey(step) ? step : '…'}`;
  }
  return formatted;
}

/** `password:hunter2` without a space is one key: what does not look like a key is not printed. */
export function isPlainKey(key: string): boolean {
  return /^[\w./-]{1,64}$/.test(key);
}
