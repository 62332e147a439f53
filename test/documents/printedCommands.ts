import { readdirSync, readFileSync } from 'node:fs';

/** A command as a document prints it. */
export interface PrintedCommand {
  /** `README.md:35` */
  readonly place: string;
  readonly text: string;
  /** Program and arguments, variables before them left out. */
  readonly words: readonly string[];
  /** Commands of one fenced block have the same; one in the text has its own. */
  readonly block: string;
  readonly isInBlock: boolean;
}

/** Folders that are not ours, and the document that tells what was, not what is. */
const PASSED_OVER = /(?:^|\/)(?:node_modules|dist|build|\.cache|\.git)\/|^CHANGELOG\.md$/;
const PROGRAMS = /^(?:tidegate|node|npm|npx) /;

/** The Markdown files below a folder. */
export function listDocuments(root: string): readonly string[] {
  return readdirSync(root, { withFileTypes: true })
    .flatMap((entry) => {
      if (PASSED_OVER.test(`${entry.name}/`)) return [];
      if (!entry.isDirectory()) return [entry.name];
      return listDocuments(`${root}/${entry.name}`).map((name) => `${entry.name}/${name}`);
    })
    .filter((name) => name.endsWith('.md') && !PASSED_OVER.test(name))
    .sort();
}

/** Those of the fenced blocks marked `sh`, and those of our own programs in the text. */
export function listCommands(root: string, document: string): readonly PrintedCommand[] {
  const commands: PrintedCommand[] = [];
  let fence: string | undefined;
  let language = '';
  for (const [index, line] of readFileSync(`${root}/${document}`, 'utf8').split('\n').entries()) {
    const place = `${document}:${index + 1}`;
    const opened = /^```(\w*)/.exec(line);
    if (opened !== null) {
      language = opened[1];
      fence = fence === undefined ? place : undefined;
    } else if (fence === undefined) {
      const texts = [...line.matchAll(/`([^`]+)`/g)]
        .map(([, text]) => text)
        .filter((text) => PROGRAMS.test(unset(text)));
      commands.push(...texts.map((text) => toCommand(place, text)));
    } else if (language === 'sh') {
      const block = fence;
      const texts = line.replace(/(?:^|\s)#.*$/, '').split('&&');
      commands.push(...texts.filter((text) => text.trim() !== '').map((text) => toCommand(place, text.trim(), block)));
    }
  }
  return commands;
}

function toCommand(place: string, text: string, block?: string): PrintedCommand {
  const words = [...unset(text).matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c);
  return { place, text, words, block: block ?? `${place} ${text}`, isInBlock: block !== undefined };
}

/** Without the variables that are set for it. */
function unset(text: string): string {
  return text.replace(/^(?:[A-Z_]+=\S* +)*/, '');
}
