import { identity, type Observable, type OperatorFunction, pipe } from 'rxjs';
import type { Decode } from '../domain/decode.ts';
import type { BorrowedForecast } from '../domain/forecast.ts';
import type { Overflow } from '../domain/overflow.ts';
import { pause } from '../domain/pause.ts';
import type { Inbound } from '../domain/sample.ts';
import { type Clock, type Delay, type DurationMs, toDurationMs } from '../domain/time.ts';
import type { DurableState } from '../state/durableState.ts';
import { admit } from './admit.ts';
import type { Arrival } from './arrival.ts';
import { decodeWith } from './decodeWith.ts';
import type { Departure } from './departure.ts';
import { durableStages, volatileStages } from './durableStages.ts';
import type { LearnRules } from './learnRules.ts';
import { LoadShedder } from './loadShedder.ts';
import { orderBacklog } from './orderBacklog.ts';
import type { Orders } from './orders.ts';
import { Postponed } from './postponed.ts';
import type { QueueDepth, WaitingDepth } from './queueDepth.ts';
import { type SampleOptions, type SamplePorts, samplePipeline } from './samplePipeline.ts';

export interface PipelinePorts extends SamplePorts {
  readonly decode: Decode;
  readonly clock: Clock;
  readonly delay: Delay;
  /** Keeper of what is learned. Default: none. */
  readonly durable?: DurableState | undefined;
  /** Shows what waits to be let in. */
  readonly waiting?: WaitingDepth | undefined;
  /** Inputs that no message brings. Default: there are none. */
  readonly orders?: Orders | undefined;
  /** Default: every reading may be learned. */
  readonly rules?: LearnRules | undefined;
  /** Streams that are to leave because the configuration has changed. Default: there are none. */
  readonly departures$?: Observable<Departure> | undefined;
}

export interface PipelineOptions extends SampleOptions {
  /** Messages that may wait to be let in. */
  readonly maxQueue: number;
  /** Bytes that they may take. */
  readonly maxBytes: number;
  /** Steps that the host may have at once; while there are more before it and with it, messages wait to be let in. */
  readonly credit: number;
  readonly overflow: Overflow;
  /** Time that messages may wait before less is learned; 0: always everything is learned. */
  readonly thinAfter?: DurationMs;
}

/** Polling interval while something is handed over. */
const LOOK = toDurationMs(2);
const NEXT = toDurationMs(0);
/** This part of `maxBytes` is beside it, for what a source mixes. */
const BACKLOG_SHARE = 8;

/**
 * The whole way: messages as they arrive to forecasts as they are published. Can be subscribed to once. With the subscription, however
 * it ends, everything ends that waits on the way.
 */
export function forecastPipeline(
  ports: PipelinePorts,
  options: PipelineOptions,
): OperatorFunction<Inbound, BorrowedForecast> {
  const { clock, durable, report, host, waiting, rules, departures$ } = ports;
  const { credit, overflow, maxQueue, maxBytes, thinAfter } = options;
  const postponed = new Postponed(ports);
  const { delay, onNextTurn } = postponed;
  const isolating: QueueDepth = { waiting: 0 };
  const restoring: QueueDepth = { waiting: 0 };
  const batching: QueueDepth = { waiting: 0 };
  /** Samples that wait for a restore wait for others to come: they are not handed over. */
  async function idle(): Promise<void> {
    while (batching.waiting + host.backlog > 0) await pause(delay, LOOK);
    await host.drain();
    // Other things happen between two that go alone; and where the way has ended nothing follows.
    await pause(delay, NEXT);
  }
  const downstream = { backlog: () => batching.waiting + host.backlog, credit, clock, delay, idle };
  const gauges = { ...ports, restoring, isolating };
  const stages = durable === undefined ? volatileStages(departures$) : durableStages(durable, downstream, gauges);
  return pipe(
    arrivalsOf(ports, maxBytes, delay),
    admit({
      backlog: () => isolating.waiting + restoring.waiting + downstream.backlog(),
      credit,
      maxQueue,
      maxBytes,
      depth: waiting,
      overflow,
      shedder: new LoadShedder(thinAfter),
      rules,
      clock,
      delay,
      report,
    }),
    stages.intake,
    samplePipeline(
      {
        ...ports,
        onNextTurn,
        ofStreams: stages.ofStreams,
        isNew: stages.isNew,
        room: { steps: () => credit - host.backlog, delay },
        depth: batching,
      },
      options,
    ),
    postponed.untilEnd(),
  );
}

/**
 * Messages once they are decoded; those that a source has kept, and what it mixes among them, in order; then what is ordered beside them.
 */
function arrivalsOf(ports: PipelinePorts, maxBytes: number, delay: Delay): OperatorFunction<Inbound, Arrival> {
  const { decode, report, durable, orders, latency } = ports;
  return pipe(
    decodeWith({ decode, report, latency }),
    durable === undefined
      ? identity
      : orderBacklog({ repeats: durable.repeats, maxBytes: maxBytes / BACKLOG_SHARE, delay }),
    orders === undefined ? identity : orders.join(),
  );
}
