import { type OperatorFunction, pipe } from 'rxjs';
import type { Decode } from '../domain/decode.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { Inbound } from '../domain/sample.ts';
import { decodeWith } from './decodeWith.ts';
import { type PipelineOptions, type SamplePorts, samplePipeline } from './samplePipeline.ts';

export type { PipelineOptions } from './samplePipeline.ts';

export interface PipelinePorts extends SamplePorts {
  readonly decode: Decode;
}

/** The whole way: messages as they arrive to forecasts as they are published. */
export function forecastPipeline(ports: PipelinePorts, options: PipelineOptions): OperatorFunction<Inbound, Forecast> {
  const { decode, report } = ports;
  return pipe(decodeWith({ decode, report }), samplePipeline(ports, options));
}
