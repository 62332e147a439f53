import type { EventRows } from './eventRow.ts';

/** Streams that are named in the health of the daemon. */
const MOST_MIXED = 20;
const ofStream = ({ stream }: { readonly stream: string }): string => stream;
const ofTopic = ({ topic }: { readonly topic: string }): string => topic;

/** Events of those that send the readings. */
type SenderEvent =
  | 'SendersMixed'
  | 'MessagesMissed'
  | 'BirthWanted'
  | 'KeepaliveWanted'
  | 'SenderGone'
  | 'SenderBack'
  | 'SensorDeclared';

/** Their rows. */
export const SENDER_EVENTS: Pick<EventRows, SenderEvent> = {
  SendersMixed: {
    count: (counters, { stream, by }) => {
      if (counters.sendersMixed.size < MOST_MIXED) counters.sendersMixed.set(stream, by);
    },
    line: {
      level: 'warning',
      text: 'senders mixed: two feed one stream, which is then the series of neither; `source: generic` with `by` tells them apart',
      key: ofStream,
    },
  },
  MessagesMissed: {
    count: (counters, { count }) => {
      counters.messagesMissed += count;
    },
    line: { level: 'warning', text: 'messages missed: the numbers of a sender have a gap', key: ofTopic },
  },
  BirthWanted: {
    count: (counters) => void counters.birthsWanted++,
    line: {
      level: 'info',
      text: 'birth asked for: names of the node are not known',
      key: ({ group, node }) => `${group}/${node}`,
    },
  },
  KeepaliveWanted: { count: null, line: null },
  SenderGone: {
    count: null,
    line: { level: 'debug', text: 'sender gone: its streams are silent', key: ({ topics }) => topics },
  },
  SenderBack: { count: null, line: { level: 'debug', text: 'sender back', key: ({ topics }) => topics } },
  SensorDeclared: { count: null, line: { level: 'debug', text: 'sensor unit or class declared', key: ofTopic } },
};
