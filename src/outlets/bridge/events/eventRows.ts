import type { DomainEvent } from '../../../domain/events.ts';

type OfType<Type extends DomainEvent['type']> = Extract<DomainEvent, { readonly type: Type }>;

/** One kind of event on `bridge/event`. */
interface EventRow<Type extends DomainEvent['type']> {
  /** Word of the message's `type`. */
  readonly name: string;
  /** Members of the message's `data`. */
  readonly data: (event: OfType<Type>) => Readonly<Record<string, unknown>>;
}

/** Types of the events that are told. */
export type ToldType =
  | 'StreamStarted'
  | 'StreamRestored'
  | 'StreamEvicted'
  | 'StateCarriedOver'
  | 'StateRefused'
  | 'SenderGone'
  | 'SenderBack'
  | 'SensorDeclared'
  | 'NetworkRolledBack'
  | 'NetworkFrozen'
  | 'NetworkResumed'
  | 'ConfigReloaded'
  | 'ConfigRefused'
  | 'OverloadChanged'
  | 'StoreFailed'
  | 'StoreRecovered';

const ofStream = ({ stream }: { readonly stream: string }): { stream: string } => ({ stream });
const ofDevice = ({ topics }: { readonly topics: string }): { topics: string } => ({ topics });
const ofNetwork = ({ stream, network }: { readonly stream: string; readonly network: string }): object => ({
  stream,
  network,
});

/** Events that `bridge/event` tells: what becomes of streams, devices, networks, configuration and state. Alarms come from forecasts. */
const ROWS: { readonly [Type in ToldType]: EventRow<Type> } = {
  StreamStarted: { name: 'stream_started', data: ofStream },
  StreamRestored: { name: 'stream_restored', data: ofStream },
  StreamEvicted: { name: 'stream_left', data: ({ stream, wanted = 'room' }) => ({ stream, reason: wanted }) },
  StateCarriedOver: { name: 'stream_carried_over', data: ({ stream, state }) => ({ stream, state }) },
  StateRefused: { name: 'stream_state_refused', data: ({ stream, outcome }) => ({ stream, reason: outcome }) },
  SenderGone: { name: 'device_offline', data: ofDevice },
  SenderBack: { name: 'device_online', data: ofDevice },
  SensorDeclared: { name: 'device_declared', data: ({ topic }) => ({ topics: topic }) },
  NetworkRolledBack: { name: 'network_rolled_back', data: (event) => ({ ...ofNetwork(event), reason: event.cause }) },
  NetworkFrozen: { name: 'network_frozen', data: (event) => ({ ...ofNetwork(event) }) },
  NetworkResumed: { name: 'network_resumed', data: (event) => ({ ...ofNetwork(event) }) },
  ConfigReloaded: {
    name: 'configuration_reloaded',
    data: ({ live, streams, topics, link, restart }) => ({ live, streams, topics, link, restart }),
  },
  // What is wrong with it is for the log: it shows lines of the file.
  ConfigRefused: { name: 'configuration_refused', data: () => ({}) },
  OverloadChanged: { name: 'overload_changed', data: ({ level }) => ({ level }) },
  StoreFailed: {
    name: 'state_write_failed',
    data: ({ fault, retryIn }) => ({ reason: fault, retry_in_s: retryIn / 1000 }),
  },
  StoreRecovered: { name: 'state_write_recovered', data: () => ({}) },
};

export const TOLD_TYPES: readonly ToldType[] = Object.keys(ROWS) as ToldType[];

/** Names of all events, those of alarms too. */
export const EVENT_NAMES: readonly string[] = [
  ...Object.values(ROWS).map(({ name }) => name),
  'alarm_started',
  'alarm_ended',
];

/** Name and facts of an event. */
export function tellEvent(event: OfType<ToldType>): { readonly name: string; readonly data: object } {
  // Row and event belong together by the type of the table, which an access by a union cannot express.
  const row = ROWS[event.type] as EventRow<ToldType>;
  return { name: row.name, data: row.data(event) };
}
