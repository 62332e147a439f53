import type { Config } from '../config.ts';
import { readConfigFiles } from '../configFiles.ts';
import type { ConfigText } from '../layers/fileLayer.ts';
import { contextOf, type LoadContext } from '../loadConfig.ts';
import { parseFiles } from '../parseConfig.ts';
import { type Change, type Misplaced, type PlacedEdit, placeChange } from './change.ts';
import { editYaml, YamlEditError, type YamlEditFault } from './editYaml.ts';

/** A configuration with changes that are not in its files. */
export interface EditedConfig {
  readonly config: Config;
  /** Files that the changes would make others. */
  readonly texts: readonly EditedText[];
  /** Changes that there is no place for: they are left out. */
  readonly left: readonly LeftOut[];
}

interface EditedText {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** A change that cannot be made. */
export interface LeftOut {
  readonly change: Change;
  readonly reason: Misplaced | YamlEditFault;
}

/** The files of a configuration, as they are written now. */
export interface ConfigEditor {
  /** The configuration with these changes, which stay out of its files. @throws TidegateError where it is wrong or cannot be read */
  load(changes: readonly Change[]): EditedConfig;
  /** Puts texts in the place of those that they were made of. @throws what the file system says */
  write(texts: readonly EditedText[]): void;
}

/** Puts a text in the place of another one, whole or not at all. */
export type ReplaceText = (text: EditedText) => void;

export function createConfigEditor(context: FileContext, replace: ReplaceText): ConfigEditor {
  return {
    load: (changes) => edit(readConfigFiles(context.file), changes, context),
    write(texts) {
      for (const text of texts) replace(text);
    },
  };
}

type FileContext = LoadContext & { readonly file: string };

function edit(files: readonly ConfigText[], changes: readonly Change[], context: FileContext): EditedConfig {
  const parse = (texts: readonly ConfigText[]): Config => parseFiles(texts, contextOf(context, context.file));
  let config = parse(files);
  let texts = files;
  const left: LeftOut[] = [];
  for (const group of groupsOf(changes)) {
    for (const change of group) {
      const place = placeChange(config, change);
      const edited = typeof place === 'string' ? place : editFile(texts, place);
      if (typeof edited === 'string') left.push({ change, reason: edited });
      else texts = edited;
    }
    config = parse(texts);
  }
  const edited = texts.flatMap(({ name, text }, i): EditedText[] => {
    const before = files[i]?.text ?? '';
    return text === before ? [] : [{ file: name, before, after: text }];
  });
  return { config, texts: edited, left };
}

/** Options are set together, for they may be right only together. An entry that comes or goes moves others: it stands alone. */
function groupsOf(changes: readonly Change[]): readonly (readonly Change[])[] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1);
    if (change.kind === 'set' && last?.[0]?.kind === 'set') last.push(change);
    else groups.push([change]);
  }
  return groups;
}

function editFile(
  texts: readonly ConfigText[],
  { file, path, value }: PlacedEdit,
): readonly ConfigText[] | YamlEditFault {
  try {
    return texts.map(({ name, text }) => ({ name, text: name === file ? editYaml(text, [{ path, value }]) : text }));
  } catch (error) {
    if (error instanceof YamlEditError) return error.fault;
    throw error;
  }
}
