import { join } from 'node:path';
import type { UnitMemory } from '../adapters/payload/unitMemory.ts';
import type { Config } from '../config/config.ts';
import type { Configuration, Control, Keeping, StateExchange, Undoing } from '../domain/control.ts';
import type { LearnerHost } from '../domain/learnerHost.ts';
import { NO_NOTE } from '../domain/note.ts';
import type { StateStore } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Clock } from '../domain/time.ts';
import type { AlarmRecord } from '../outlets/alarms/alarmRecord.ts';
import { LearningPauses } from '../pipeline/learningPauses.ts';
import { LearnRules, type LearnRulesOptions } from '../pipeline/learnRules.ts';
import type { Orders } from '../pipeline/orders.ts';
import type { OpenDurableState } from '../state/durableState.ts';
import type { NameOf } from '../state/log/nameOf.ts';
import { PastInputs } from '../state/pastInputs.ts';
import type { TappedLog } from '../telemetry/logTap.ts';
import { createAdopting } from './adopting.ts';
import { FileExchange } from './exchanging.ts';
import { fileNote } from './fileNote.ts';
import { renameNote, StreamRenaming } from './renaming.ts';
import { openAlarms, openUnits } from './retaining.ts';
import { createUndoing } from './undoing.ts';

export interface ControlParts extends Pick<LearnRulesOptions, 'settingsOf' | 'zoneOffsetOf' | 'report'> {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: TappedLog;
  readonly orders: Orders;
  readonly configuration: Configuration;
  readonly durable: OpenDurableState | undefined;
  readonly store: StateStore | undefined;
  /** Names of streams by those that the journal has. Default: the same. */
  readonly nameOf?: NameOf | undefined;
  readonly hub: { readonly alive: Iterable<StreamId>; isAlive(stream: StreamId): boolean };
  /** True where the state folder is ours. */
  readonly keepsFolder: boolean;
  readonly units: UnitMemory;
  readonly alarms: AlarmRecord;
  readonly settings: { readonly config: Config };
  readonly host: Pick<LearnerHost, 'drain'>;
  /** The configuration says which settings the stream would have. */
  readonly isCertain: (stream: StreamId) => boolean;
}

/** The work of requests on the daemon, and the rules of learning that they and the configuration make. */
export function createControl(parts: ControlParts): { readonly control: Control; readonly rules: LearnRules } {
  const { clock, log, orders, configuration, durable, store, hub, units } = parts;
  const pauses = openPauses(parts);
  if (parts.keepsFolder) {
    openUnits(units, parts.config);
    openAlarms(parts.alarms, parts.config);
  }
  const undoing = durable && store && undoingOf(parts, durable, store);
  const control: Control = {
    now: () => clock.now(),
    hasStream(stream) {
      const phase = durable?.residency.residencies.get(stream)?.phase;
      return hub.isAlive(stream) || phase === 'stored' || phase === 'restoring';
    },
    async submit(input) {
      await orders.submit(input);
      if (input.kind === 'command' && input.command === 'forget') units.forget(input.stream);
    },
    submitHistory: orders.submitHistory,
    untilLearned: () => untilLearned(parts.host),
    learning: pauses,
    streams: () => hub.alive,
    keeping: durable && store && keepingOf(durable, store),
    folder: parts.keepsFolder ? parts.config.state.dir : undefined,
    exchange: durable && store && parts.keepsFolder ? exchangeOf(parts, durable, store) : undefined,
    undoing,
    renaming: durable && store && parts.keepsFolder ? renamingOf(parts, { durable, store, pauses }) : undefined,
    log,
    configuration,
  };
  return { control, rules: new LearnRules({ ...parts, pauses, entries: () => parts.settings.config.streams }) };
}

/** The learners get in the next turn of the event loop what came in this one. */
async function untilLearned(host: Pick<LearnerHost, 'drain'>): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await host.drain();
}

function exchangeOf(parts: ControlParts, durable: OpenDurableState, store: StateStore): StateExchange {
  const { config, clock, orders, hub, settingsOf, isCertain } = parts;
  return new FileExchange({
    folder: config.state.dir,
    store,
    durable,
    now: () => clock.now(),
    settingsOf: (stream) => (hub.isAlive(stream) || isCertain(stream) ? settingsOf(stream) : undefined),
    adopt: createAdopting({ durable, submit: orders.submit, clock }),
  });
}

function undoingOf({ orders, clock, nameOf }: ControlParts, durable: OpenDurableState, store: StateStore): Undoing {
  const past = new PastInputs({ ...durable, store, nameOf, take: (stream) => durable.wanted$.next(stream) });
  return createUndoing({ past, submit: orders.submit, clock });
}

function renamingOf(
  parts: ControlParts,
  { durable, store, pauses }: { durable: OpenDurableState; store: StateStore; pauses: LearningPauses },
): StreamRenaming {
  const { config, clock, log, orders, hub, configuration } = parts;
  return new StreamRenaming({
    ...{ options: configuration.options, durable, store, submit: orders.submit, clock },
    note: renameNote(config, log),
    isAlive: (stream) => hub.isAlive(stream),
    move: (from, to) => move(parts, pauses, from, to),
  });
}

/** Alarms, unit and pause of a stream go with its new name. */
function move({ alarms, units }: ControlParts, pauses: LearningPauses, from: StreamId, to: StreamId): void {
  alarms.rename(from, to);
  const unit = units.of(from);
  if (unit !== undefined) units.note(unit, to);
  units.forget(from);
  const end = pauses.pauses.streams.get(from);
  if (end === undefined) return;
  pauses.pause(to, end);
  pauses.resume(from);
}

function keepingOf(durable: OpenDurableState, store: StateStore): Keeping {
  return {
    saveAll: () => durable.saveAll(),
    async backUp() {
      const saved = await durable.saveAll();
      if (saved !== undefined) await store.backup();
      return saved;
    },
  };
}

const WARNINGS = {
  unreadable: 'pauses of learning unreadable: everything learns',
  unsaved: 'pauses of learning not saved: a restart ends them',
} as const;

/** Pauses of learning, over all processes that the state folder has had; without one, since the start of this one. */
function openPauses({ config, clock, log, keepsFolder }: ControlParts): LearningPauses {
  const note = keepsFolder ? fileNote(join(config.state.dir, 'learning.json'), log, WARNINGS) : NO_NOTE;
  return new LearningPauses({ clock, note, most: config.limits.streams });
}
