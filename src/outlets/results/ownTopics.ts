import type { StreamId } from '../../domain/streamId.ts';

/** Topics below a stream, as in the table of src/outlets/README.md. */
export interface StreamTopics {
  readonly state: string;
  readonly forecast: string;
  readonly anomaly: string;
  readonly availability: string;
}

export function streamTopics(baseTopic: string, stream: StreamId): StreamTopics {
  const state = `${baseTopic}/${stream}`;
  return {
    state,
    forecast: `${state}/forecast`,
    anomaly: `${state}/anomaly`,
    availability: `${state}/availability`,
  };
}

/** Topics of the daemon itself. */
export interface BridgeTopics {
  readonly state: string;
  readonly info: string;
  readonly health: string;
}

export function bridgeTopics(baseTopic: string): BridgeTopics {
  const bridge = `${baseTopic}/bridge`;
  return { state: `${bridge}/state`, info: `${bridge}/info`, health: `${bridge}/health` };
}
