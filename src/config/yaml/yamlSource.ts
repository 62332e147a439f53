import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument, visit, type YAMLError } from 'yaml';
import type { FindingPath } from '../problems/finding.ts';
import type { Problem } from '../problems/problem.ts';
import { isCyclic } from './plainObject.ts';
import type { YamlTags } from './yamlTags.ts';

export interface SourcePlace {
  /** Characters from the start of the file. */
  readonly offset: number;
  /** Steps of the path that are there. */
  readonly depth: number;
  /** False where only what should hold the option exists. */
  readonly exact: boolean;
}

/** A YAML file as plain values that remember where they stand. */
export interface YamlSource {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Tells whether the structure is in doubt, so that further checks would only echo the first mistake. */
  readonly isBroken: boolean;
  /** Where a key or value stands, or the deepest part of its path that is there. */
  locate(path: FindingPath, at: 'key' | 'value'): SourcePlace;
  /** The tag of a value and the text behind it; undefined where it has none. */
  tagAt(path: FindingPath): { readonly tag: string; readonly text: string } | undefined;
  /** Values with a tag, or with an alias of one: what is read from elsewhere may be a secret. */
  readonly tagged: readonly FindingPath[];
}

/** Aliases may multiply a file's size this often, and no more. */
const MAX_ALIASES = 100;
const WRONG_INDENT = 'is indented by another number of blanks than the options beside it';
/** Faults of indentation, in the parser's words. */
const INDENTS = /^(?:Sequence item without|All mapping items must start)/;
/** Errors after which the structure still stands. */
const HARMLESS = ['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED'];

export function readYaml(text: string, tags: YamlTags): YamlSource {
  const document = parseDocument(text, {
    version: '1.2',
    customTags: tags.tags,
    resolveKnownTags: false,
    stringKeys: true,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const errors = [...document.errors, ...document.warnings.filter((warning) => warning.code === 'TAG_RESOLVE_FAILED')];
  const problems = withoutEchoes(errors).map((error) => toProblem(error, tags));
  problems.push(...cutSecrets(document));
  const isBroken = errors.some((error) => !HARMLESS.includes(error.code));
  const plain = isBroken ? undefined : toPlain(document);
  if (plain !== undefined && 'problem' in plain) problems.push(plain.problem);
  const isRead = plain !== undefined && 'value' in plain;
  return {
    value: isRead ? plain.value : undefined,
    problems,
    isBroken: !isRead,
    locate: (path, at) => locate(document, path, at),
    tagAt: (path) => tagAt(document, path),
    // Aliases that multiply without end have been refused.
    tagged: isRead ? taggedIn(document, document.contents, []) : [],
  };
}

/** `password: abc #def` is `abc` and a comment: no one means that who leaves no blank behind the `#`. */
function cutSecrets(document: Document.Parsed): readonly Problem[] {
  if (!isMap(document.contents)) return [];
  return ['user', 'password'].flatMap((name): readonly Problem[] => {
    const node = isMap(document.get('mqtt')) ? document.getIn(['mqtt', name], true) : undefined;
    if (!isScalar(node) || !/^\S/.test(node.comment ?? '')) return [];
    return [
      { offset: startOf(node) ?? 0, text: `mqtt.${name}: a # after a blank begins a comment: put the value in quotes` },
    ];
  });
}

/** After one structural mistake the parser reports each further token as unexpected. */
function withoutEchoes(errors: readonly YAMLError[]): readonly YAMLError[] {
  return errors.filter((error, index) => index === 0 || error.code !== 'UNEXPECTED_TOKEN');
}

/** The parser's messages end in what they found, which may be many lines of the file, secrets among them: that end is cut. */
function toProblem(error: YAMLError, tags: YamlTags): Problem {
  const offset = error.pos[0];
  if (tags.invalid.has(error.message) || tags.unreadable.has(error.message)) return { offset, text: error.message };
  if (error.code === 'TAG_RESOLVE_FAILED')
    return { offset, text: 'unknown tag; known are !env NAME, !env NAME default and !file path' };
  if (error.code === 'TAB_AS_INDENT') return { offset, text: 'begins with a tab: YAML is indented by blanks' };
  if (INDENTS.test(error.message)) return { offset, text: WRONG_INDENT };
  return { offset, text: error.message.replace(/\s*(:|\\|"(?!quote)).*/s, ''), isForeign: true };
}

function toPlain(document: Document.Parsed): { readonly value: unknown } | { readonly problem: Problem } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    if (!isCyclic(value)) return { value };
  } catch {
    // The only thing that can fail here: an alias without its anchor, or one that multiplies too much.
  }
  return {
    problem: {
      offset: offsetOfAlias(document),
      text: 'an alias has no anchor before it, holds itself, or repeats too much',
    },
  };
}

function offsetOfAlias(document: Document.Parsed): number {
  let offset = 0;
  visit(document, {
    Alias(_key, alias) {
      offset = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

function locate(document: Document.Parsed, path: FindingPath, at: 'key' | 'value'): SourcePlace {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) return { offset, depth, exact: false };
      const isLast = depth === path.length - 1;
      node = pair.value;
      offset = startOf(pair.key) ?? offset;
      const isEmpty = isScalar(node) && node.value === null;
      if (isLast && at === 'value' && !isEmpty) offset = startOf(node) ?? offset;
    } else if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
      node = node.items[step];
      offset = startOf(node) ?? offset;
    } else return { offset, depth, exact: false };
  }
  return { offset, depth: path.length, exact: true };
}

function tagAt(document: Document.Parsed, path: FindingPath): { tag: string; text: string } | undefined {
  const node = document.getIn(path, true);
  if (!isScalar(node) || node.tag === undefined || !node.tag.startsWith('!')) return undefined;
  return { tag: node.tag, text: (node.source ?? '').trim() };
}

/** Deeper values hold no option. */
const DEEPEST = 20;

function taggedIn(document: Document.Parsed, node: unknown, path: FindingPath): readonly FindingPath[] {
  if (path.length > DEEPEST) return [];
  if (isAlias(node)) return taggedIn(document, node.resolve(document), path);
  if (isScalar(node)) return node.tag?.startsWith('!') === true ? [path] : [];
  if (isSeq(node)) return node.items.flatMap((item, index) => taggedIn(document, item, [...path, index]));
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) =>
    taggedIn(document, value, [...path, isScalar(key) ? String(key.value) : '']),
  );
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0];
}
