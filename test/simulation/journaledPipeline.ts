import type { OperatorFunction } from 'rxjs';
import { type Adopt, createAdopting } from '../../src/app/adopting.ts';
import { createUndoing } from '../../src/app/undoing.ts';
import type { Undoing } from '../../src/domain/control.ts';
import type { BorrowedForecast } from '../../src/domain/forecast.ts';
import type { LearnerHost } from '../../src/domain/learnerHost.ts';
import type { Inbound } from '../../src/domain/sample.ts';
import type { StreamSettings } from '../../src/domain/streamSettings.ts';
import { toDurationMs } from '../../src/domain/time.ts';
import { StreamMachines } from '../../src/hosts/stream/streamMachines.ts';
import { forecastPipeline, type PipelinePorts } from '../../src/pipeline/forecastPipeline.ts';
import { Orders } from '../../src/pipeline/orders.ts';
import type { OpenDurableState } from '../../src/state/durableState.ts';
import type { DurableStateOptions } from '../../src/state/durableStateOptions.ts';
import { openDurableState } from '../../src/state/openDurableState.ts';
import { PastInputs } from '../../src/state/pastInputs.ts';
import { everyMessage, idOf, repeatsOf, settingsWith, utc } from '../pipeline/samples.ts';

/** Settings of each stream of a simulated process. */
export const SETTINGS: StreamSettings = settingsWith(everyMessage);
/** Steps that a host may have at once. */
export const CREDIT = 20;

/** Parts of a process that each simulation has of its own. */
export interface JournaledPipelineOptions
  extends Pick<DurableStateOptions, 'store' | 'nameOf' | 'clock' | 'delay' | 'report' | 'limits'>,
    Pick<PipelinePorts, 'onNextTurn' | 'departures$'> {
  readonly host: LearnerHost;
  readonly maxStreams: number;
  /** States and journal beyond what a start needs: how far back, ms, and how many bytes. */
  readonly past: { readonly reach: number; readonly bytes: number };
  /** Hears of the state once it is open, and gives the one that the pipeline is to see. Default: the same. */
  readonly opened?: (durable: OpenDurableState) => OpenDurableState;
}

/** A process up to its wire: a number per message, and everything that outlives it in a journal. */
export interface JournaledPipeline {
  readonly durable: OpenDurableState;
  readonly orders: Orders;
  readonly undoing: Undoing;
  readonly adopt: Adopt;
  readonly pipeline: OperatorFunction<Inbound, BorrowedForecast>;
}

export async function openJournaledPipeline(options: JournaledPipelineOptions): Promise<JournaledPipeline> {
  const { host, clock, delay, report, maxStreams, past: kept, opened = (durable) => durable, ...others } = options;
  const settingsOf = (): StreamSettings => SETTINGS;
  const machines = new StreamMachines({ settingsOf, zoneOffsetOf: () => utc, learners: host, report, isKept: true });
  const durable = await openDurableState({
    ...others,
    settings: {
      ...{ dir: '', durability: 'journal', writesPerDay: 1e9, onDiskFull: 'stop_ack' },
      ...{ commitInterval: toDurationMs(1000), keepFormer: toDurationMs(0) },
      ...{ keepPast: toDurationMs(kept.reach), keepPastSize: kept.bytes },
    },
    host: machines,
    ...{ repeats: repeatsOf(1000, clock), clock, delay, report, leastSamples: 0 },
  });
  const orders = new Orders({ clock, report });
  const pipeline = forecastPipeline(
    {
      decode: ({ topic, payload, receivedAt }) => ({
        samples: [{ stream: idOf(topic), at: receivedAt, value: Number(Buffer.from(payload)) }],
        drops: [],
      }),
      ...{ settingsOf, machineFor: machines.machineFor, host, report, clock, delay, orders },
      ...{ onNextTurn: others.onNextTurn, departures$: others.departures$, durable: opened(durable) },
    },
    { maxStreams, maxBatch: 64, maxQueue: 400, maxBytes: 1e9, credit: CREDIT, overflow: 'block', throttle: false },
  );
  const { residency, journal, wanted$ } = durable;
  const { store, nameOf } = others;
  const past = new PastInputs({ residency, journal, store, nameOf, take: (stream) => wanted$.next(stream) });
  const { submit } = orders;
  const adopt = createAdopting({ durable, submit, clock });
  return { durable, orders, undoing: createUndoing({ past, submit, clock }), adopt, pipeline };
}
