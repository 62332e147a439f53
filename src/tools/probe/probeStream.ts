import { TidegateError } from '../../domain/errors.ts';
import type { ExpertName } from '../../domain/expertName.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { networksOf } from '../../learner/carryOver/names.ts';
import { type LearnerSchema, parseSchema } from '../../learner/carryOver/schema.ts';
import type { NoProbe, Probe } from '../../learner/probe/probe.ts';
import { classesIn, probeClass } from '../../learner/probe/probeClass.ts';
import { probeForecast } from '../../learner/probe/probeForecast.ts';
import type { SnapshotContents } from '../../model/restoreSnapshot.ts';
import { SnapshotError } from '../../model/snapshotFormat.ts';
import { readLearner } from '../export/streamState.ts';

export interface ProbeOptions {
  /** Rows that are looked at for a class, where they are kept. */ readonly rows: number;
  /** Either explains a forecast, of a stream with classes too. */ readonly network?: ExpertName | undefined;
  /** In steps. */ readonly horizon?: number | undefined;
}

/**
 * Explains the present answer of a stream by its stored state: its class, or what a network forecasts.
 * @throws TidegateError TG_USAGE where there is none that can be explained; SnapshotError where the state is damaged
 */
export function probeStream(state: Uint8Array, stream: StreamId, options: ProbeOptions): Probe {
  const contents = readLearner(state);
  const schema = parseSchema(contents.schema);
  if (schema === undefined) throw new SnapshotError('damaged', 'what its numbers belong to cannot be read');
  if (schema.cell !== 'lstm') {
    throw refusal(stream, `has learned with model.cell ${schema.cell}: shares are worked out for lstm alone`);
  }
  const wantsForecast = options.network !== undefined || options.horizon !== undefined;
  const found =
    classesIn(contents) === undefined || wantsForecast
      ? forecastOf(contents, schema, stream, options)
      : probeClass(contents, schema, options.rows);
  if (typeof found === 'string') throw refusal(stream, WORDS[found]);
  return found;
}

const WORDS: Readonly<Record<NoProbe, string>> = {
  'no-classes': 'knows fewer than two classes so far: it has no class to explain (--horizon explains a forecast)',
  'no-rows': 'has no reading yet, or none since its memory began anew',
};

function forecastOf(
  contents: SnapshotContents,
  schema: LearnerSchema,
  stream: StreamId,
  options: ProbeOptions,
): Probe | NoProbe {
  const networks = networksOf(schema);
  const { network = networks[0], horizon = schema.horizons[0] } = options;
  if (networks.length === 0) throw refusal(stream, 'has neither classes nor a network that forecasts');
  if (!networks.includes(network)) throw refusal(stream, `has no ${network}, only ${networks.join(', ')}`);
  const place = schema.horizons.indexOf(horizon);
  if (place < 0) throw refusal(stream, `has no horizon of ${horizon} steps, only ${schema.horizons.join(', ')}`);
  return probeForecast(contents, schema, network, place);
}

function refusal(stream: StreamId, reason: string): TidegateError {
  return new TidegateError('TG_USAGE', `stream ${JSON.stringify(stream)} ${reason}`);
}
