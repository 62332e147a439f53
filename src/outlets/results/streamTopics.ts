import type { StreamId } from '../../domain/streamId.ts';

/** Topics below a stream, as in the table of src/outlets/README.md. */
export interface StreamTopics {
  readonly state: string;
  readonly forecast: string;
  readonly class: string;
  readonly anomaly: string;
  readonly availability: string;
}

export function streamTopics(baseTopic: string, stream: StreamId): StreamTopics {
  const state = `${baseTopic}/${stream}`;
  return {
    state,
    forecast: `${state}/forecast`,
    class: `${state}/class`,
    anomaly: `${state}/anomaly`,
    availability: `${state}/availability`,
  };
}
