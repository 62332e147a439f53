import type { BRIDGE_PUBLICATIONS } from '../../domain/publications.ts';

/** Topics of the daemon itself; those of answers are named by their requests. */
export type BridgeTopics = Readonly<Record<Exclude<keyof typeof BRIDGE_PUBLICATIONS, 'response'>, string>>;

export function bridgeTopics(baseTopic: string): BridgeTopics {
  const bridge = `${baseTopic}/bridge`;
  return {
    state: `${bridge}/state`,
    info: `${bridge}/info`,
    health: `${bridge}/health`,
    streams: `${bridge}/streams`,
    learning: `${bridge}/learning`,
    event: `${bridge}/event`,
    logging: `${bridge}/logging`,
  };
}

/** Payloads of `<base>/bridge/state`. */
export const ONLINE = '{"state":"online"}';
export const OFFLINE = '{"state":"offline"}';
