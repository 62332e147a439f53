import type { Config } from '../config/config.ts';
import { type Change, isSameOption, nameOfChange } from '../config/edit/change.ts';
import type { ConfigEditor } from '../config/edit/configEditor.ts';
import { formatPath } from '../config/problems/finding.ts';
import type { Report } from '../domain/events.ts';
import { RequestError } from '../domain/requestErrors.ts';

const MOST = 200;

/** Changes of the configuration that requests have made and that are in no file: they end with the process. */
export class HeldChanges {
  readonly #editor: ConfigEditor | undefined;
  readonly #report: Report;
  #all: readonly Change[] = [];

  constructor(editor: ConfigEditor | undefined, report: Report) {
    this.#editor = editor;
    this.#report = report;
  }

  get all(): readonly Change[] {
    return this.#all;
  }

  /** @throws RequestError where there are too many */
  set(changes: readonly Change[]): void {
    if (changes.length > MOST)
      throw new RequestError(
        'TG_REQUEST_INVALID',
        `at most ${MOST} changes wait to be written into the file: persist them`,
      );
    this.#all = changes;
  }

  /** All, and these in the place of earlier ones of the same options. */
  with(changes: readonly Change[]): readonly Change[] {
    return [...this.without(changes), ...changes];
  }

  without(changes: readonly Change[]): readonly Change[] {
    return this.#all.filter((held) => !changes.some((change) => change === held || isSameOption(change, held)));
  }

  names(config: Config): readonly string[] {
    return this.#all.map((change) => nameOfChange(config, change));
  }

  /** The configuration as it is written now, with these changes. @param otherwise where there are no files. @throws TidegateError */
  load(otherwise: Config): Config {
    if (this.#editor === undefined) return otherwise;
    const { config, left } = this.#editor.load(this.#all);
    for (const { change, reason } of left) {
      const option = change.kind === 'set' ? formatPath(change.path) : 'streams';
      this.#report({ type: 'OptionChangeLost', option, reason });
    }
    if (left.length > 0) this.#all = this.#all.filter((change) => !left.some((it) => it.change === change));
    return config;
  }
}
