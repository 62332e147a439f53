import { describeSubscriptionCode } from '../adapters/mqtt/client/reasonCodes.ts';
import { add } from './counters.ts';
import type { EventRows } from './eventRow.ts';

const once = (): string => '';

/** Events of the link to the broker. */
type BrokerEvent =
  | 'BrokerConnected'
  | 'BrokerDisconnected'
  | 'BrokerRefused'
  | 'SessionLeft'
  | 'ProtocolDowngraded'
  | 'WillLessened'
  | 'BrokerTried'
  | 'ClientIdContested'
  | 'FilterRefused'
  | 'FiltersGranted'
  | 'FiltersSilent'
  | 'FilterHeard'
  | 'PublishDropped';

/** Their rows. */
export const BROKER_EVENTS: Pick<EventRows, BrokerEvent> = {
  BrokerConnected: {
    count: (counters) => void counters.connects++,
    line: { level: 'info', text: 'broker connected', key: 'each' },
  },
  BrokerDisconnected: {
    count: (counters) => void counters.disconnects++,
    line: { level: 'warning', text: 'broker disconnected: trying again', key: 'each' },
  },
  BrokerRefused: {
    count: (counters) => void counters.refusals++,
    line: { level: 'error', text: 'broker connection failed', key: ({ reason }) => reason },
  },
  SessionLeft: {
    count: null,
    line: {
      level: ({ unacknowledged }) => (unacknowledged > 0 ? 'warning' : 'info'),
      text: ({ unacknowledged }) =>
        unacknowledged > 0
          ? 'broker left: some of its messages were not learned in time, and stay with it'
          : 'broker left: all that came of it is learned',
      key: 'each',
    },
  },
  ProtocolDowngraded: {
    count: null,
    line: { level: 'info', text: 'protocol downgraded to MQTT 3.1.1: the broker does not speak MQTT 5', key: once },
  },
  WillLessened: {
    count: null,
    line: { level: 'warning', text: 'last will lessened: the broker refuses it as it is', key: once },
  },
  BrokerTried: {
    count: null,
    line: {
      level: 'info',
      text: 'broker connection silent for a time, to find out why each is closed soon',
      key: 'each',
    },
  },
  ClientIdContested: {
    count: (counters) => void counters.refusals++,
    line: { level: 'error', text: 'client id contested: another client uses it, set mqtt.client_id', key: once },
  },
  FilterRefused: {
    count: (counters) => void counters.refusals++,
    line: {
      level: 'error',
      text: ({ code }) => `topic filter refused: ${describeSubscriptionCode(code)}`,
      key: ({ filter }) => filter,
    },
  },
  FiltersGranted: { count: null, line: { level: 'info', text: 'topic filters subscribed', key: 'each' } },
  FiltersSilent: {
    count: null,
    line: {
      level: 'warning',
      text: 'topic filters silent: no message has come for them; are they spelled as the sensors publish, and may this user read there?',
      key: once,
    },
  },
  FilterHeard: {
    count: null,
    line: { level: 'info', text: 'topic filter silent no more', key: ({ filter }) => filter },
  },
  PublishDropped: {
    count: (counters, { cause }) => add(counters.publishDropped, cause),
    line: { level: 'warning', text: 'publish dropped: messages to the broker are lost', key: ({ cause }) => cause },
  },
};
