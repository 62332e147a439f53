/** One option as the command `options` tells it. */
export interface Option {
  /** Dotted path, as `streams[0].anomaly.threshold`. */
  readonly name: string;
  /** The value as the file has it; eight dots for a secret. */
  readonly value: unknown;
  /** The value until the next start, where that is another one. */
  readonly in_force?: unknown;
  readonly origin: string;
  /** When a change of it takes effect. */
  readonly applies: string;
  readonly secret?: boolean;
  /** A request may change it. */
  readonly may_change?: boolean;
  /** File and line, or the name of the variable. */
  readonly from?: string;
}

/** Answer of `options` without a change. */
export interface OptionsAnswer {
  readonly revision?: string;
  readonly options: readonly Option[];
  readonly left_off?: number;
  /** Names whose change is gone with a restart. */
  readonly unsaved?: readonly string[];
}

/** Answer of `options` to a change, or to the question what it would do. */
export interface PlanAnswer {
  readonly plan: boolean;
  readonly persisted?: boolean;
  readonly live?: readonly string[];
  readonly streams?: readonly string[];
  readonly restart?: readonly string[];
  readonly revision?: string;
}

/** True where the page changes it: others begin with a start or are changed in the file alone. */
export function isEditable({ applies, may_change: mayChange }: Option): boolean {
  return mayChange === true && applies !== 'restart';
}

/** A value as the configuration writes it; nothing where it has none. */
export function valueText(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/**
 * The value that somebody wrote: a number, `true`, a list where it is one, else the text. Nothing: null, which goes back to the default.
 *
 * @param before the value that it replaces: a text stays one where it looks like a number
 */
export function writtenValue(text: string, before: unknown): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (typeof before === 'string' && Number.isNaN(Number(before))) return trimmed;
  try {
    return JSON.parse(trimmed) as unknown;
  } catch {
    return trimmed;
  }
}

/** Sentences on what a change would do. */
export function planSentences({ live = [], streams = [], restart = [] }: PlanAnswer): readonly string[] {
  const sentences: string[] = [];
  if (live.length > 0) sentences.push(`At once: ${live.join(', ')}.`);
  if (streams.length > 0) sentences.push(`Streams start anew with what they have learned: ${streams.join(', ')}.`);
  if (restart.length > 0) sentences.push(`Only with the next start of the daemon: ${restart.join(', ')}.`);
  return sentences.length > 0 ? sentences : ['Nothing changes: that is the value already.'];
}

/** Options of one part of the configuration, as `mqtt` or `streams[0]`. */
export interface OptionGroup {
  readonly heading: string;
  readonly options: readonly Option[];
}

/** Options in the parts to which they belong, in the order of the first of each. */
export function groupsOf(options: readonly Option[]): readonly OptionGroup[] {
  const groups = new Map<string, Option[]>();
  for (const option of options) {
    const [heading = option.name] = option.name.split('.');
    const group = groups.get(heading);
    if (group === undefined) groups.set(heading, [option]);
    else group.push(option);
  }
  return [...groups].map(([heading, members]) => ({ heading, options: members }));
}

/** Choices of options that the view has, with their words. */
export const CHOICES = {
  all: 'all options',
  own: 'not the default',
  changeable: 'can be changed here',
} as const;

export type OptionChoice = keyof typeof CHOICES;

/** True where the option is among those that are asked for. */
export function isChosen(option: Option, choice: OptionChoice): boolean {
  if (choice === 'own') return option.origin !== 'default';
  return choice === 'all' || isEditable(option);
}

/** Where a value comes from, in words. */
export function originWords({ origin, from }: Option): string {
  const words: Readonly<Record<string, string>> = {
    default: 'default',
    file: 'file',
    env: 'environment',
    credential: 'credential of the system',
    request: 'changed by request',
  };
  return from === undefined ? (words[origin] ?? origin) : `${words[origin] ?? origin}: ${from}`;
}

/** When a change takes effect, in words. */
export function appliesWords(applies: string): string {
  const words: Readonly<Record<string, string>> = {
    live: 'at once',
    stream: 'as each stream starts anew',
    link: 'with a new connection to the broker',
    restart: 'with a restart',
  };
  return words[applies] ?? applies;
}
