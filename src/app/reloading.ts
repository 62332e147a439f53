import { filter, type Observable, Subject } from 'rxjs';
import type { Decoder } from '../adapters/payload/decoder.ts';
import type { Config } from '../config/config.ts';
import { type ConfigPlan, diff, nameOf } from '../config/diff.ts';
import { createSettings, type Settings } from '../config/settings.ts';
import type { Configuration, Control } from '../domain/control.ts';
import type { Report } from '../domain/events.ts';
import type { Reloaded } from '../domain/reloaded.ts';
import type { StreamId } from '../domain/streamId.ts';
import { checkMemory } from '../hosts/kernelMemory.ts';
import type { StreamChange } from '../outlets/outlet.ts';
import type { Departure } from '../pipeline/departure.ts';
import { outcomeOf } from './planNames.ts';

export interface ReloadingParts {
  readonly settings: Settings;
  /** Reads the configuration as it is written now. @throws TidegateError. undefined: there is nothing to read again */
  readonly load: (() => Config) | undefined;
  readonly decoder: Pick<Decoder, 'settingsOf' | 'respec' | 'isRetired'>;
  /** Streams that have a learner now, and news of them. */
  readonly hub: { readonly alive: Iterable<StreamId>; readonly streams$: Observable<StreamChange> };
  /** The way in, which hears other topics or over another link from then on. */
  readonly source: { readonly arrange?: ((config: Config) => void) | undefined };
  readonly log: Control['log'];
  readonly report: Report;
}

/**
 * Puts a changed configuration in force without a new process. Live options hold at once. Streams whose options have changed leave one after the
 * other and come back with all that fits the new ones, as after a start. Entries that are new are heard from now on, and streams that no
 * entry gives any more leave with their state kept. Only the link to the broker is made anew where its options have changed. Everything else
 * waits for a start, and is named until then.
 */
export class Reloading implements Omit<Configuration, 'options'> {
  readonly #parts: ReloadingParts;
  readonly #departures = new Subject<Departure>();
  #restartRequired: readonly string[] = [];
  #wanted: Config | undefined;

  constructor(parts: ReloadingParts) {
    this.#parts = parts;
    const { hub, decoder } = parts;
    const started$ = hub.streams$.pipe(filter(({ kind }) => kind === 'started'));
    // A message that was under way when its entry went: it is learned, and its stream leaves once more. Not before it has begun.
    started$.subscribe(({ stream }) => {
      if (decoder.isRetired(stream)) queueMicrotask(() => this.#retire(stream));
    });
  }

  /** Streams that are to leave. */
  get departures$(): Observable<Departure> {
    return this.#departures;
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
    trial.relink(wanted);
    if (this.#hasRoomFor(wanted)) putInForce(trial, plan, wanted);
    return outcomeOf(plan, diff(trial.config, wanted));
  };

  reload(): Reloaded {
    const { settings, report, log, source } = this.#parts;
    const wanted = this.#load();
    const plan = diff(settings.config, wanted);
    settings.apply(plan);
    const ofDaemon = plan.live.map(({ path }) => nameOf(path));
    // Else a level that was asked for by request stays.
    if (ofDaemon.includes('log.level')) log.threshold = settings.config.log.level;
    if (ofDaemon.includes('bridge.logging')) log.published = settings.config.bridge.logging;
    settings.relink(wanted);
    // Networks would find no room: the entries stay as they are.
    if (this.#hasRoomFor(wanted)) this.#arrange(plan, wanted);
    source.arrange?.(settings.config);
    // What is in force now, beside what is wanted: all that is left waits for a start.
    const reloaded = outcomeOf(plan, diff(settings.config, wanted));
    this.#restartRequired = reloaded.restart;
    this.#wanted = wanted;
    const { live, streams, topics, link, restart } = reloaded;
    const [toLive, toStreams, toTopics, toLink, toRestart] = [live, streams, topics, link, restart].map((it) =>
      it.join(', '),
    );
    report({
      type: 'ConfigReloaded',
      live: toLive,
      streams: toStreams,
      topics: toTopics,
      link: toLink,
      restart: toRestart,
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

  #arrange(plan: ConfigPlan, wanted: Config): void {
    const { settings, decoder, hub } = this.#parts;
    const before = [...hub.alive].map((stream) => [stream, decoder.settingsOf(stream)] as const);
    putInForce(settings, plan, wanted);
    const retired = new Set(decoder.respec(settings.entries, hub.alive));
    for (const [stream, former] of before) {
      if (retired.has(stream)) this.#retire(stream);
      else if (decoder.settingsOf(stream) !== former) this.#renew(stream);
    }
  }

  #renew(stream: StreamId): void {
    this.#departures.next({ stream, why: 'renewed', isDue: () => true });
  }

  #retire(stream: StreamId): void {
    const { decoder } = this.#parts;
    this.#departures.next({ stream, why: 'retired', isDue: () => decoder.isRetired(stream) });
  }
}

/** Puts the entries of a configuration in force. */
function putInForce(settings: Settings, plan: ConfigPlan, wanted: Config): void {
  // A stream that leaves would lose what it has learned.
  if (settings.config.state.durability !== 'none') settings.renew(plan);
  settings.arrange(wanted, plan);
}
