import { type Observable, Subject } from 'rxjs';
import type { Config } from '../config/config.ts';
import { type ConfigPlan, diff, nameOf } from '../config/diff.ts';
import { createSettings, type Settings } from '../config/settings.ts';
import type { Configuration, Control } from '../domain/control.ts';
import type { SettingsOf } from '../domain/decode.ts';
import type { Report } from '../domain/events.ts';
import type { Reloaded } from '../domain/reloaded.ts';
import type { StreamId } from '../domain/streamId.ts';
import { checkMemory } from '../hosts/kernelMemory.ts';

export interface ReloadingParts {
  readonly settings: Settings;
  /** Reads the configuration as it is written now. @throws TidegateError. undefined: there is nothing to read again */
  readonly load: (() => Config) | undefined;
  readonly settingsOf: SettingsOf;
  /** Streams that have a learner now. */
  readonly hub: { readonly alive: Iterable<StreamId> };
  readonly log: Control['log'];
  readonly report: Report;
}

/**
 * Puts a changed configuration in force without a new process: live options at once; streams whose options have changed leave one after the
 * other and come back with all that fits the new ones, as after a start; everything else waits for a start, and is named until then.
 */
export class Reloading implements Omit<Configuration, 'options'> {
  readonly #parts: ReloadingParts;
  readonly #renewals = new Subject<StreamId>();
  #restartRequired: readonly string[] = [];
  #wanted: Config | undefined;

  constructor(parts: ReloadingParts) {
    this.#parts = parts;
  }

  /** Streams that are to start anew. */
  get renewals$(): Observable<StreamId> {
    return this.#renewals;
  }

  get restartRequired(): readonly string[] {
    return this.#restartRequired;
  }

  /** Does what `reload` does, and throws nothing: a wrong configuration is only reported. */
  readonly tryReload = (): void => {
    try {
      this.reload();
    } catch {
      // It was reported, and everything goes on as it was.
    }
  };

  /** The configuration that was read last: what waits for a start is in it. */
  get wanted(): Config {
    return this.#wanted ?? this.#parts.settings.config;
  }

  /** Tells what a configuration would do, and does nothing. @throws TidegateError where a start would refuse it */
  readonly foresee = (wanted: Config): Reloaded => {
    checkMemory(wanted);
    const { config } = this.#parts.settings;
    const plan = diff(config, wanted);
    const trial = createSettings(config);
    trial.apply(plan);
    const mayRenew = this.#mayRenew(wanted);
    if (mayRenew) trial.renew(plan);
    return {
      live: liveOf(plan),
      streams: mayRenew ? renewedOf(plan) : [],
      restart: leftOf(diff(trial.config, wanted)),
    };
  };

  reload(): Reloaded {
    const { settings, report, log } = this.#parts;
    const wanted = this.#load();
    const plan = diff(settings.config, wanted);
    settings.apply(plan);
    const ofDaemon = ofDaemonIn(plan);
    // Else a level that was asked for by request stays.
    if (ofDaemon.includes('log.level')) log.threshold = settings.config.log.level;
    if (ofDaemon.includes('bridge.logging')) log.published = settings.config.bridge.logging;
    const streams = this.#renew(plan, wanted);
    // What is in force now, beside what is wanted: all that is left waits for a start.
    this.#restartRequired = leftOf(diff(settings.config, wanted));
    this.#wanted = wanted;
    const live = liveOf(plan);
    const reloaded = { live, streams, restart: this.#restartRequired };
    report({
      type: 'ConfigReloaded',
      live: live.join(', '),
      streams: streams.join(', '),
      restart: this.#restartRequired.join(', '),
    });
    return reloaded;
  }

  #load(): Config {
    const { settings, load, report } = this.#parts;
    try {
      const wanted = load?.() ?? settings.config;
      // A start would refuse it too.
      checkMemory(wanted);
      return wanted;
    } catch (error) {
      report({ type: 'ConfigRefused', problem: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }

  /** The kernels keep the memory and the threads that they were started with. */
  #hasRoomFor(wanted: Config): boolean {
    const { limits, threads } = this.#parts.settings.config;
    try {
      checkMemory({ ...wanted, limits, threads });
      return true;
    } catch {
      return false;
    }
  }

  /** A stream that leaves would else lose what it has learned, or find no room for its networks. */
  #mayRenew(wanted: Config): boolean {
    return this.#parts.settings.config.state.durability !== 'none' && this.#hasRoomFor(wanted);
  }

  #renew(plan: ConfigPlan, wanted: Config): readonly string[] {
    const { settings, settingsOf, hub } = this.#parts;
    if (!this.#mayRenew(wanted)) return [];
    const before = [...hub.alive].map((stream) => [stream, settingsOf(stream)] as const);
    settings.renew(plan);
    for (const [stream, former] of before) if (settingsOf(stream) !== former) this.#renewals.next(stream);
    return renewedOf(plan);
  }
}

function ofDaemonIn(plan: ConfigPlan): readonly string[] {
  return plan.live.map(({ path }) => nameOf(path));
}

function liveOf(plan: ConfigPlan): readonly string[] {
  return [...ofDaemonIn(plan), ...namesOf(plan, (entry) => entry.live)];
}

function renewedOf(plan: ConfigPlan): readonly string[] {
  return namesOf(plan, (entry) => (entry.renewed === undefined ? [] : entry.stream));
}

function leftOf(plan: ConfigPlan): readonly string[] {
  return [
    ...plan.restart,
    ...namesOf(plan, (entry) => entry.stream),
    ...plan.added.map(({ topic }) => `${topic}: added`),
    ...plan.removed.map(({ topic }) => `${topic}: removed`),
  ];
}

function namesOf(
  { changed }: ConfigPlan,
  options: (entry: ConfigPlan['changed'][number]) => readonly string[],
): string[] {
  return changed.flatMap((entry) => options(entry).map((name) => `${entry.topic}: ${name}`));
}
