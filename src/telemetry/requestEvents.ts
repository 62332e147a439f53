import type { EventRows } from './eventRow.ts';
import { HTTP_EVENTS } from './httpEvents.ts';

/** Rows of what is asked of the daemon, over MQTT, over HTTP and by this computer. */
export const REQUEST_EVENTS: Pick<EventRows, 'RequestAnswered' | 'RequestIgnored' | 'LocalSocketFailed'> &
  typeof HTTP_EVENTS = {
  ...HTTP_EVENTS,
  RequestAnswered: {
    count: (counters, { code }) => void (code === undefined ? counters.requests++ : counters.requestsRefused++),
    line: {
      level: ({ code }) => (code === undefined ? 'info' : 'warning'),
      text: ({ code }) => (code === undefined ? 'request done' : 'request refused'),
      key: ({ command, code = '' }) => `${command} ${code}`,
    },
  },
  LocalSocketFailed: {
    count: null,
    line: {
      level: 'warning',
      text: 'state socket not served: `tidegate state` works again once the daemon has stopped',
      key: () => '',
    },
  },
  RequestIgnored: {
    count: (counters) => void counters.requestsIgnored++,
    line: {
      level: 'warning',
      text: ({ reason }) => IGNORED[reason],
      key: ({ reason }) => reason,
    },
  },
};

const IGNORED = {
  retained: 'request ignored: the broker had kept it; send requests without the retain flag',
  flood: 'request ignored: too many come to be answered',
  repeated: 'request ignored: the broker has given it before, and it was answered then',
} as const;
