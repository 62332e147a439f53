/**
 * Keys by which a payload of tidegate is known: they stand together in no payload but one of it. The first is the one that other programs
 * use least.
 */
export interface Sign {
  readonly keys: readonly [string, ...string[]];
  /** Key of the object that has them. Default: the payload itself. */
  readonly inside?: string;
}

/** Signs of a payload; `no-number`: it holds no number, and other programs publish the same. Nothing is learned from it. */
type KnownBy = Sign | 'no-number';

const RESULT: Sign = { keys: ['yhat_lower', 'yhat_upper', 'yhat', 'ts'] };

/** All topics of a stream, by their last level (`state`: none), and how their payloads are known. */
export const STREAM_PUBLICATIONS: Readonly<
  Record<'state' | 'forecast' | 'anomaly' | 'class' | 'availability', KnownBy>
> = {
  state: RESULT,
  forecast: RESULT,
  anomaly: RESULT,
  class: { keys: ['calibration_error', 'macro_f1', 'classes_seen', 'probabilities'] },
  availability: 'no-number',
};

/** All topics below `<base>/bridge`, and how their payloads are known. */
export const BRIDGE_PUBLICATIONS: Readonly<
  Record<'state' | 'info' | 'health' | 'streams' | 'learning' | 'event' | 'logging' | 'response', KnownBy>
> = {
  state: 'no-number',
  info: { keys: ['base_topic', 'client_id', 'server'], inside: 'mqtt' },
  health: { keys: ['event_loop_delay_ms', 'overload_level', 'uptime_s'] },
  streams: { keys: ['left_off', 'streams'] },
  learning: { keys: ['left_off', 'paused', 'learning'] },
  event: { keys: ['reported_by', 'type', 'data'] },
  logging: { keys: ['reported_by', 'level', 'message'] },
  response: { keys: ['answered_by', 'status', 'data'] },
};

/** Announcements to Home Assistant, of a stream and of the daemon, and how their payloads are known. */
const ANNOUNCEMENTS: Readonly<Record<'stream' | 'agent', Sign>> = {
  stream: { keys: ['anomaly_score', 'anomaly', 'skill', 'state'], inside: 'components' },
  agent: { keys: ['publish_dropped', 'learning_share', 'connection'], inside: 'components' },
};

/** Member of every event and log line, by which it is known. */
export const REPORTED_BY = 'tidegate';

/** Member of every answer to a request, by which it is known. */
export const ANSWERED_BY = 'tidegate';

/** Signs of all payloads, each once. */
export const SIGNS: readonly Sign[] = [
  ...new Set([
    ...Object.values(STREAM_PUBLICATIONS),
    ...Object.values(BRIDGE_PUBLICATIONS),
    ...Object.values(ANNOUNCEMENTS),
  ]),
].filter((sign) => sign !== 'no-number');
