/** Topics of the daemon itself. */
export interface BridgeTopics {
  readonly state: string;
  readonly info: string;
  readonly health: string;
  readonly streams: string;
}

export function bridgeTopics(baseTopic: string): BridgeTopics {
  const bridge = `${baseTopic}/bridge`;
  return { state: `${bridge}/state`, info: `${bridge}/info`, health: `${bridge}/health`, streams: `${bridge}/streams` };
}

/** Payloads of `<base>/bridge/state`. */
export const ONLINE = '{"state":"online"}';
export const OFFLINE = '{"state":"offline"}';
