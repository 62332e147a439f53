import type { HorizonInspection, Inspection, NetworkInspection } from '../../domain/inspection.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { toEpochMs, toIsoTime } from '../../domain/time.ts';
import type { OutletContext } from '../outlet.ts';
import type { ApiHorizon, ApiLabel, ApiNetwork, ApiStream, ApiStreamDetail } from './api.ts';
import type { LabelBook, ShownLabel } from './labelBook.ts';

type Detail = Omit<ApiStreamDetail, keyof ApiStream>;

/** A learner is asked once in this time, however many pages look at it. */
const KEPT_MS = 500;

/** The learning of streams, as the learners themselves tell it. */
export class StreamDetails {
  readonly #context: Pick<OutletContext, 'inspect' | 'control'>;
  readonly #labels: LabelBook;
  readonly #asked = new Map<StreamId, { readonly at: number; readonly inspection: Promise<Inspection | undefined> }>();

  constructor(context: Pick<OutletContext, 'inspect' | 'control'>, labels: LabelBook) {
    this.#context = context;
    this.#labels = labels;
  }

  async of(stream: StreamId): Promise<Detail> {
    const inspection = await this.#inspect(stream);
    return {
      experts: expertsOf(inspection),
      horizons: inspection?.horizons.map(toHorizon) ?? [],
      networks: inspection?.networks.map(toNetwork) ?? [],
      labels: this.#labels.of(stream).map(toLabel),
      learning: this.#learningOf(stream),
    };
  }

  #inspect(stream: StreamId): Promise<Inspection | undefined> {
    const now = performance.now();
    for (const [id, { at }] of this.#asked) if (now - at > KEPT_MS) this.#asked.delete(id);
    const asked = this.#asked.get(stream);
    if (asked !== undefined) return asked.inspection;
    const inspection = this.#context.inspect(stream);
    this.#asked.set(stream, { at: now, inspection });
    return inspection;
  }

  #learningOf(stream: StreamId): Detail['learning'] {
    const { all, streams } = this.#context.control.learning.pauses;
    const end = streams.has(stream) ? streams.get(stream) : all;
    if (end === undefined) return { on: true, until: null };
    return { on: false, until: end === null ? null : toIsoTime(end) };
  }
}

function expertsOf(inspection: Inspection | undefined): Detail['experts'] {
  const first = inspection?.horizons[0];
  if (inspection === undefined || first === undefined) return [];
  return inspection.experts.map((name, i) => ({
    name,
    weight: first.weights[i],
    mae: first.errors[i],
    baseline: inspection.baselines[i],
  }));
}

function toHorizon(horizon: HorizonInspection): ApiHorizon {
  return {
    label: horizon.horizon,
    steps: horizon.steps,
    mae: horizon.error,
    mae_baseline: horizon.baselineError,
    skill: horizon.skill,
    coverage: horizon.coverage,
    source: horizon.source,
    weights: horizon.weights,
  };
}

function toLabel({ from, to, label }: ShownLabel): ApiLabel {
  return { from: toIsoTime(from), to: toIsoTime(to), label };
}

function toNetwork(network: NetworkInspection): ApiNetwork {
  const { frozenUntil } = network;
  return {
    name: network.network,
    gradient_norm: network.gradientNorm,
    rate: network.rate,
    updates: network.updates,
    rolled_back: network.rollbacks,
    frozen_until: frozenUntil === null ? null : toIsoTime(toEpochMs(frozenUntil)),
  };
}
