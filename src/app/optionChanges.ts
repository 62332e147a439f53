import { createHmac, randomBytes } from 'node:crypto';
import { FileChangedError } from '../adapters/host/replaceText.ts';
import type { Config } from '../config/config.ts';
import { type Change, entryKeyOf } from '../config/edit/change.ts';
import type { ConfigEditor, EditedConfig, LeftOut } from '../config/edit/configEditor.ts';
import { isGuarded } from '../config/edit/guarded.ts';
import { optionNames, shownOptions } from '../config/edit/shownOptions.ts';
import { soleEntryOf } from '../config/edit/soleEntry.ts';
import { closest } from '../config/problems/closest.ts';
import type { PlainObject } from '../config/yaml/plainObject.ts';
import { TidegateError } from '../domain/errors.ts';
import type {
  ChangeManner,
  ChangeOutcome,
  OptionControl,
  ShownOption,
  WantedChange,
  WantedEntry,
} from '../domain/optionControl.ts';
import type { Reloaded } from '../domain/reloaded.ts';
import { RequestError } from '../domain/requestErrors.ts';
import type { HeldChanges } from './heldChanges.ts';

export interface OptionChangesParts {
  /** undefined: the configuration has no files. */
  readonly editor: ConfigEditor | undefined;
  readonly held: HeldChanges;
  /** The configuration that is in force, and the one that was read last. */
  readonly configs: () => { readonly inForce: Config; readonly wanted: Config };
  /** Tells what a configuration would change. @throws TidegateError where it cannot be taken */
  readonly foresee: (wanted: Config) => Reloaded;
  readonly reload: () => Reloaded;
}

/** Words for what stands in the way of a change. */
const REFUSALS: Readonly<Record<LeftOut['reason'], string>> = {
  gone: 'belongs to an entry of `streams` that is not in the file',
  env: 'is set by a variable of the environment',
  source: 'belongs to the entry that `source` makes, which stands in no file',
  alias: 'is written with an alias, or in the place of a section',
  tag: 'is read from a variable or a file',
  broken: 'stands in a file that is not valid YAML',
};
const LONGEST_REASON = 500;

/** Options that requests read and change. */
export class OptionChanges implements OptionControl {
  readonly #parts: OptionChangesParts;
  /** A revision tells nothing of the secrets that it is made of. */
  readonly #key = randomBytes(32);

  constructor(parts: OptionChangesParts) {
    this.#parts = parts;
  }

  options(below: string | undefined): Iterable<ShownOption> {
    const options = [...shownOptions({ ...this.#parts.configs(), held: this.#parts.held.all }, below)];
    if (options.length === 0) throw new RequestError('TG_REQUEST_INVALID', 'path: there are no options');
    return options;
  }

  get revision(): string {
    const { wanted } = this.#parts.configs();
    return createHmac('sha256', this.#key).update(JSON.stringify(wanted.written)).digest('hex').slice(0, 16);
  }

  get unsaved(): readonly string[] {
    return this.#parts.held.names(this.#parts.configs().wanted);
  }

  change({ set, ...how }: WantedChange): ChangeOutcome {
    return this.#make(this.#toChanges(set), how);
  }

  addEntry(value: PlainObject, how: ChangeManner): ChangeOutcome {
    return this.#make([{ kind: 'add', value }], how);
  }

  removeEntry(wanted: WantedEntry, how: ChangeManner): ChangeOutcome {
    return this.#make([{ kind: 'remove', entry: this.#keyOf(wanted) }], how);
  }

  rename({ stream, to, isPlan, revision }: Parameters<OptionControl['rename']>[0]): ChangeOutcome {
    const change: Change = { kind: 'set', entry: this.#keyOf({ stream }), path: ['id'], value: to };
    this.#try(this.#parts.held.with([change]), ({ config }) => {
      if (soleEntryOf(config, to) === undefined)
        throw new RequestError('TG_REQUEST_INVALID', 'to: the entry cannot give its stream this id');
    });
    return this.#make([change], { isPlan, isPersistent: true, revision });
  }

  saveAll(): ChangeOutcome {
    return this.#make(this.#parts.held.all, { isPlan: false, isPersistent: true, revision: undefined });
  }

  /** @throws RequestError where there is no such entry */
  #keyOf(wanted: WantedEntry): string {
    const { wanted: config } = this.#parts.configs();
    const index =
      'stream' in wanted ? soleEntryOf(config, wanted.stream) : Number(/^streams\[(\d{1,5})\]$/.exec(wanted.name)?.[1]);
    const entry = index === undefined ? undefined : config.written.streams[index];
    if (entry !== undefined) return entryKeyOf(entry);
    if ('name' in wanted) throw new RequestError('TG_REQUEST_INVALID', 'entry: there is no such entry of `streams`');
    throw new RequestError(
      'TG_REQUEST_NO_STREAM',
      'no entry of `streams` gives this stream and no other: name the entry',
    );
  }

  #make(changes: readonly Change[], { isPlan, isPersistent, revision }: ChangeManner): ChangeOutcome {
    if (revision !== undefined && revision !== this.revision) throw new RequestError('TG_REQUEST_CONFLICT');
    const { held, foresee, reload } = this.#parts;
    const next = held.with(changes);
    const foreseen = this.#try(next, ({ config }) => foresee(config));
    if (isPlan) return { ...foreseen, isPersistent: false };
    if (isPersistent) {
      this.#write(changes);
      held.set(held.without(changes));
    } else held.set(next);
    return { ...reload(), isPersistent };
  }

  #write(changes: readonly Change[]): void {
    const { texts } = this.#try(changes, (edited) => edited);
    if (texts.length > 1)
      throw new RequestError(
        'TG_REQUEST_INVALID',
        'set: the options stand in several files; persist those of one at a time',
      );
    try {
      this.#editor().write(texts);
    } catch (error) {
      if (error instanceof FileChangedError) throw new RequestError('TG_REQUEST_CONFLICT');
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      throw new RequestError(
        'TG_REQUEST_NOT_WRITABLE',
        `the file of the configuration cannot be written (${code}); nothing has changed`,
      );
    }
  }

  #editor(): ConfigEditor {
    const { editor } = this.#parts;
    if (editor === undefined) throw new RequestError('TG_REQUEST_FIXED', 'this daemon has no configuration file');
    return editor;
  }

  /** @throws RequestError where the files are wrong as they are, or with the changes */
  #try<Result>(changes: readonly Change[], use: (edited: EditedConfig) => Result): Result {
    const editor = this.#editor();
    try {
      editor.load([]);
    } catch {
      throw new RequestError('TG_REQUEST_CONFIG');
    }
    try {
      const edited = editor.load(changes);
      const [left] = edited.left;
      if (left !== undefined) throw new RequestError('TG_REQUEST_FIXED', `the option ${REFUSALS[left.reason]}`);
      return use(edited);
    } catch (error) {
      if (error instanceof TidegateError) throw new RequestError('TG_REQUEST_INVALID', reasonsOf(error.message));
      throw error;
    }
  }

  #toChanges(set: Readonly<Record<string, unknown>>): readonly Change[] {
    const { wanted } = this.#parts.configs();
    return Object.entries(set).map(([name, value]) => toChange(wanted, name, value === null ? undefined : value));
  }
}

const ENTRY = /^streams\[(\d{1,5})\]\.(.+)$/;

function toChange(wanted: Config, name: string, value: unknown): Change {
  const names = new Set(optionNames(wanted));
  if (!names.has(name)) {
    const guess = closest(name, names);
    const hint = guess === undefined ? 'a request without members lists them' : `did you mean ${guess}?`;
    throw new RequestError('TG_REQUEST_INVALID', `set: an option is not known; ${hint}`);
  }
  if (isGuarded(name)) throw new RequestError('TG_REQUEST_FIXED', `${name} is changed in the file alone`);
  const [, index, path] = ENTRY.exec(name) ?? [];
  const entry = index === undefined ? undefined : entryKeyOf(wanted.written.streams[Number(index)] ?? {});
  return { kind: 'set', entry, path: (path ?? name).split('.'), value };
}

/** Takes places and lines out of the problems: they are those of a text that is in no file. */
function reasonsOf(message: string): string {
  const reasons = message.split('\n').flatMap((line) => (/^\s/.test(line) ? [] : [line.replace(/^.*?:\d+:\d+: /, '')]));
  return reasons.join('; ').slice(0, LONGEST_REASON);
}
