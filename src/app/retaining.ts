import { join } from 'node:path';
import { type Observable, Subscription } from 'rxjs';
import type { UnitMemory } from '../adapters/payload/unitMemory.ts';
import { TopicsFile } from '../adapters/store/files/topicsFile.ts';
import type { Config } from '../config/config.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type DurationMs, toDurationMs } from '../domain/time.ts';
import type { AlarmRecord } from '../outlets/alarms/alarmRecord.ts';
import { RETAINED_PARTS, streamTopics } from '../outlets/results/streamTopics.ts';
import { RetainedTopics } from '../outlets/retained/retainedTopics.ts';
import { whileConnected } from '../outlets/whileConnected.ts';
import type { Source } from './source.ts';

/** Time between two sweeps, which take topics without a publisher from the broker. */
const SWEEP: DurationMs = toDurationMs(250);
const CLEARED_AT_ONCE = 50;

export interface RetainingOptions {
  readonly config: Config;
  readonly source: Pick<Source, 'publish'>;
  /** True where the state folder is ours. */
  readonly hasFolder: boolean;
  /** Knows the streams of before. undefined: nothing is kept. */
  readonly durable: { readonly residency: { readonly residencies: ReadonlyMap<StreamId, unknown> } } | undefined;
}

/** The topics that we have retained, over all processes that the state folder has had; without one, since the start of this one. */
export function openRetained({ config, source, hasFolder, durable }: RetainingOptions): RetainedTopics {
  const { mqtt, limits, state } = config;
  return new RetainedTopics({
    notes: hasFolder ? new TopicsFile(join(state.dir, 'retained.topics')) : undefined,
    // A folder of an earlier version, or one that was made of a backup.
    suspected: () =>
      [...(durable?.residency.residencies.keys() ?? [])].flatMap((stream) => topicsOf(mqtt.baseTopic, stream)),
    clear: (topic) => source.publish({ topic, payload: '', qos: 0, retain: true }),
    most: 2 * RETAINED_PARTS.length * limits.streams,
  });
}

/** Units of streams that write them behind their numbers go on from those of all processes that the state folder has had. */
export function openUnits(units: UnitMemory, { state }: Config): void {
  units.open(new TopicsFile(join(state.dir, 'stream.units')));
}

/** Alarms go on from those of all processes that the state folder has had. */
export function openAlarms(alarms: AlarmRecord, { state }: Config): void {
  alarms.open(new TopicsFile(join(state.dir, 'past.alarms')));
}

function topicsOf(baseTopic: string, stream: StreamId): readonly string[] {
  const topics = streamTopics(baseTopic, stream);
  return RETAINED_PARTS.map((part) => topics[part]);
}

export function sweepWhileConnected(retained: RetainedTopics, connected$: Observable<boolean>): Subscription {
  const sweeping = new Subscription();
  sweeping.add(connected$.subscribe((isConnected) => isConnected || retained.disconnected()));
  sweeping.add(whileConnected(connected$, SWEEP).subscribe(() => retained.sweep(CLEARED_AT_ONCE)));
  return sweeping;
}
