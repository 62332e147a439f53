import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type ToStringOptions,
} from 'yaml';
import type { FindingPath } from '../problems/finding.ts';

/** A value of a file that is to be another one. */
export interface YamlEdit {
  readonly path: FindingPath;
  /** undefined: the option is taken out, or the entry of a list. */
  readonly value: unknown;
}

/** `alias`: what holds the value is written elsewhere too. `tag`: the value is read from a variable or file. `broken`: the file is not valid YAML. */
export type YamlEditFault = 'alias' | 'tag' | 'broken';

/** A file cannot be changed there. */
export class YamlEditError extends Error {
  readonly fault: YamlEditFault;

  constructor(fault: YamlEditFault) {
    super(fault);
    this.name = 'YamlEditError';
    this.fault = fault;
  }
}

/**
 * The text with other values, in this order. Comments stay, those of what is taken out aside, and so do tags, anchors and the style of lists;
 * blanks within a line and more than one empty line do not. @throws YamlEditError
 */
export function editYaml(text: string, edits: readonly YamlEdit[]): string {
  if (edits.length === 0) return text;
  const document = parseDocument(text, {
    version: '1.2',
    resolveKnownTags: false,
    logLevel: 'silent',
    keepSourceTokens: true,
  });
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) throw new YamlEditError('broken');
  for (const { path, value } of edits) {
    if (value === undefined) remove(document, path);
    else put(document, path, value);
  }
  const edited = document.toString(styleOf(text));
  return text.includes('\r\n') ? edited.replace(/\r?\n/g, '\r\n') : edited;
}

/** Options with which a text is written as this one is, as far as there are such. */
function styleOf(text: string): ToStringOptions {
  const indent = /^( +)(?:- )?\S/m.exec(text)?.[1]?.length ?? 2;
  return {
    lineWidth: 0,
    indent: Math.min(Math.max(indent, 1), 8),
    indentSeq: !/^\w[^\n]*:[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*- /m.test(text),
    flowCollectionPadding: !/[{[][^\s}\]]/.test(text),
  };
}

function put(document: Document.Parsed, path: FindingPath, value: unknown): void {
  const [last] = path.slice(-1);
  const holder = holderOf(document, path.slice(0, -1));
  const before = isCollection(holder) ? holder.get(last, true) : undefined;
  if (isAlias(before)) throw new YamlEditError('alias');
  if (isTagged(before)) throw new YamlEditError('tag');
  const node = document.createNode(value, { flow: isFlat(value) });
  if (before !== undefined) takeComments(before as Node, node);
  if (isSeq(holder) && Number(last) >= holder.items.length) holder.add(node);
  else holder.set(last, node);
}

/** Lists and mappings of plain values are written on one line. */
function isFlat(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((item) => typeof item !== 'object' || item === null);
}

function takeComments(from: Node, to: Node): void {
  to.comment = from.comment ?? null;
  to.commentBefore = from.commentBefore ?? null;
  if (from.spaceBefore === true) to.spaceBefore = true;
}

/** The section that holds the option; made where there is none yet. */
function holderOf(document: Document.Parsed, path: FindingPath): ReturnType<typeof requireCollection> {
  document.contents ??= document.createNode({}) as Document.Parsed['contents'];
  let holder = requireCollection(document.contents);
  for (const step of path) {
    const next: unknown = holder.get(step, true);
    const isEmpty = next === undefined || (isScalar(next) && next.value === null && next.tag === undefined);
    if (isEmpty) holder.set(step, document.createNode({}));
    holder = requireCollection(isEmpty ? holder.get(step, true) : next);
  }
  return holder;
}

function requireCollection(node: unknown) {
  if (isMap(node) || isSeq(node)) return node;
  throw new YamlEditError(isTagged(node) ? 'tag' : 'alias');
}

function isTagged(node: unknown): boolean {
  return isScalar(node) && node.tag?.startsWith('!') === true;
}

/** A section that holds nothing any more goes too. */
function remove(document: Document.Parsed, path: FindingPath): void {
  for (let depth = 0; depth < path.length; depth++) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isAlias(node)) throw new YamlEditError('alias');
  }
  if (!document.hasIn(path)) return;
  document.deleteIn(path);
  for (let depth = path.length - 1; depth > 0; depth--) {
    const above = path.slice(0, depth);
    const node = document.getIn(above, true);
    if (!isMap(node) || node.items.length > 0) return;
    document.deleteIn(above);
  }
}
