import type { Observable, OperatorFunction } from 'rxjs';
import type { Decoder } from '../adapters/payload/decoder.ts';
import type { Config } from '../config/config.ts';
import type { Report } from '../domain/events.ts';
import type { BorrowedForecast } from '../domain/forecast.ts';
import type { Overflow } from '../domain/overflow.ts';
import type { Inbound } from '../domain/sample.ts';
import type { Clock, Delay, ZoneOffset } from '../domain/time.ts';
import type { HostedLearners } from '../hosts/createHost.ts';
import { StreamMachines, type StreamMachinesOptions } from '../hosts/stream/streamMachines.ts';
import type { Departure } from '../pipeline/departure.ts';
import { forecastPipeline, type PipelineOptions } from '../pipeline/forecastPipeline.ts';
import type { LatencyWatch } from '../pipeline/latencyWatch.ts';
import type { LearnRules } from '../pipeline/learnRules.ts';
import type { Orders } from '../pipeline/orders.ts';
import type { QueueMemory } from '../pipeline/queueMemory.ts';
import type { DurableState } from '../state/durableState.ts';

interface MachineParts extends Pick<StreamMachinesOptions, 'settingsOf' | 'learners' | 'report'> {
  readonly zoneOffsetOf: (zone: string) => ZoneOffset;
}

export function createMachines({ state }: Config, { zoneOffsetOf, ...parts }: MachineParts): StreamMachines {
  return new StreamMachines({
    ...parts,
    zoneOffsetOf: (stream) => zoneOffsetOf(parts.settingsOf(stream).time.zone),
    isKept: state.durability !== 'none',
  });
}

export interface ForecastingParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly delay: Delay;
  readonly decoder: Pick<Decoder, 'decode' | 'settingsOf'>;
  readonly machines: Pick<StreamMachines, 'machineFor'>;
  readonly learners: HostedLearners;
  readonly report: Report;
  /** Default: none. */
  readonly latency?: LatencyWatch;
  readonly durable: DurableState | undefined;
  readonly queues: QueueMemory;
  /** Default: there are none. */
  readonly orders?: Orders;
  /** Default: every reading may be learned. */
  readonly rules?: LearnRules;
  readonly configuration?: { readonly departures$: Observable<Departure> };
}

/** The pipeline as the configuration wants it: messages to forecasts. */
export function forecasting(parts: ForecastingParts): OperatorFunction<Inbound, BorrowedForecast> {
  const { decoder, machines, learners, queues, configuration, ...ports } = parts;
  const { decode, settingsOf } = decoder;
  return forecastPipeline(
    {
      ...ports,
      decode,
      settingsOf,
      machineFor: machines.machineFor,
      host: learners.host,
      onNextTurn,
      waiting: queues.waiting,
      departures$: configuration?.departures$,
    },
    limitsOf(parts.config, learners),
  );
}

function limitsOf(config: Config, { maxBatch, credit }: HostedLearners): PipelineOptions {
  const { streams, queue, queueMemory, overflow, thinAfter } = config.limits;
  return {
    maxStreams: streams,
    maxBatch,
    maxQueue: queue,
    maxBytes: queueMemory,
    credit,
    overflow: overflow === 'auto' ? defaultOverflow(config) : overflow,
    thinAfter,
    throttle: true,
  };
}

/** Messages that the broker holds back for us need not be left out. */
function defaultOverflow({ mqtt, state }: Config): Overflow {
  return mqtt.qos > 0 && state.durability === 'journal' ? 'block' : 'coalesce';
}

function onNextTurn(work: () => void): () => void {
  const turn = setImmediate(work);
  return () => clearImmediate(turn);
}
