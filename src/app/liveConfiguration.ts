import type { Observable } from 'rxjs';
import type { ConfigEditor } from '../config/edit/configEditor.ts';
import type { Configuration } from '../domain/control.ts';
import type { OptionControl } from '../domain/optionControl.ts';
import type { Reloaded } from '../domain/reloaded.ts';
import type { Departure } from '../pipeline/departure.ts';
import { HeldChanges } from './heldChanges.ts';
import { OptionChanges } from './optionChanges.ts';
import { Reloading, type ReloadingParts } from './reloading.ts';

export interface LiveConfigurationParts extends Omit<ReloadingParts, 'load'> {
  /** The files of the configuration; undefined: it has none. */
  readonly configEditor?: ConfigEditor;
}

/** The configuration of a running daemon: its files, what requests change beside them, and what of both is in force. */
export class LiveConfiguration implements Configuration {
  readonly #reloading: Reloading;
  readonly options: OptionControl;

  constructor({ configEditor: editor, ...parts }: LiveConfigurationParts) {
    const { settings, report } = parts;
    const held = new HeldChanges(editor, report);
    const reloading = new Reloading({ ...parts, load: () => held.load(settings.config) });
    this.#reloading = reloading;
    this.options = new OptionChanges({
      editor,
      held,
      configs: () => ({ inForce: settings.config, wanted: reloading.wanted }),
      foresee: reloading.foresee,
      reload: () => reloading.reload(),
    });
  }

  /** Streams that are to leave. */
  get departures$(): Observable<Departure> {
    return this.#reloading.departures$;
  }

  get restartRequired(): readonly string[] {
    return this.#reloading.restartRequired;
  }

  reload(): Reloaded {
    return this.#reloading.reload();
  }

  /** Does what `reload` does, and throws nothing: a wrong configuration is only reported. */
  readonly tryReload = (): void => this.#reloading.tryReload();
}
