import { CARRIED_WORDS } from '../domain/carryReport.ts';
import { DROP_REASONS } from '../domain/dropReason.ts';
import type { DomainEvent } from '../domain/events.ts';
import { ISSUED, PUBLISHED, RECEIVED } from '../domain/frequentEvents.ts';
import { ALARM_EVENTS } from './alarmEvents.ts';
import { BROKER_EVENTS } from './brokerEvents.ts';
import { CONFIG_EVENTS } from './configEvents.ts';
import { add, type Counters } from './counters.ts';
import type { EventRow, EventRows } from './eventRow.ts';
import { EVICTIONS } from './evictions.ts';
import { EXPECTED_DROPS, EXPECTED_GAPS } from './expectedDrops.ts';
import { LEARNING_EVENTS } from './learningEvents.ts';
import { REQUEST_EVENTS } from './requestEvents.ts';
import { SENDER_EVENTS } from './senderEvents.ts';

const once = (): string => '';
const ofStream = ({ stream }: { readonly stream: string }): string => stream;
const ofTopic = ({ topic }: { readonly topic: string }): string => topic;
const ofNetwork = (event: { readonly network: string; readonly stream: string }): string =>
  `${event.network} ${event.stream}`;

/** One row for each type of event. A type without a row, or a row without one of its parts, does not compile. */
const EVENT_TABLE = {
  MessageReceived: { count: (counters) => void counters.received++, line: null },
  LabelReceived: { count: (counters) => void counters.labels++, line: null },
  ForecastIssued: { count: (counters) => void counters.issued++, line: null },
  ForecastWithheld: { count: (counters) => void counters.withheld++, line: null },
  MessagePublished: { count: (counters) => void counters.published++, line: null },
  InputDropped: {
    count: (counters, { reason }) => add(counters.dropped, reason),
    line: {
      level: ({ reason }) => (EXPECTED_DROPS.has(reason) ? 'debug' : 'warning'),
      text: ({ reason }) => `input dropped: ${DROP_REASONS[reason]}`,
      // Where memory is short it is short for all streams that come, and the topic does not matter.
      key: ({ reason, topic, field = '' }) => (reason === 'no-memory' ? reason : `${reason} ${field} ${topic}`),
      quiet: 'day',
    },
  },
  FieldsPassedOver: {
    count: (counters, { count }) => {
      counters.passedOver += count;
    },
    line: null,
  },
  DialectUnclear: {
    count: null,
    line: {
      level: 'warning',
      text: 'source unclear: the topic fits several dialects and is not read; name one in `source` of an entry for it',
      key: ofTopic,
      quiet: 'day',
    },
  },
  InputMissing: {
    count: (counters, { reason }) => add(counters.inputsMissing, reason),
    line: {
      level: ({ reason }) => (EXPECTED_GAPS.has(reason) ? 'debug' : 'warning'),
      text: 'input missing: a message lacks an input of its stream',
      key: ({ reason, field, topic }) => `${reason} ${field} ${topic}`,
      quiet: 'day',
    },
  },
  InputNeverSeen: {
    count: null,
    line: {
      level: 'warning',
      text: 'input never seen: no message so far has had it, is its path right?',
      key: ({ field, topic }) => `${field} ${topic}`,
    },
  },
  FieldNeverSeen: {
    count: (counters, { topic, field }) => void counters.fieldsNeverSeen.add(`${topic} ${field}`),
    line: {
      // Who has no such device has no fault either.
      level: 'info',
      text: 'field never seen: no message so far has had it, is its path right?',
      key: ({ field, topic }) => `${field} ${topic}`,
    },
  },
  FieldSeen: {
    count: (counters, { topic, field }) => void counters.fieldsNeverSeen.delete(`${topic} ${field}`),
    line: { level: 'info', text: 'field seen: a message has had it', key: ({ field, topic }) => `${field} ${topic}` },
  },
  TimeReplaced: {
    count: (counters) => void counters.timesReplaced++,
    line: {
      level: 'warning',
      text: 'payload time replaced by the time of arrival: it cannot be true',
      key: ofTopic,
      quiet: 'day',
    },
  },
  ClockSetBack: {
    count: (counters) => void counters.clocksSetBack++,
    line: { level: 'warning', text: 'stream clock set back: the stream goes on from there', key: ofStream },
  },
  StreamStarted: {
    count: (counters) => void counters.streamsStarted++,
    line: { level: 'debug', text: 'stream started', key: ofStream },
  },
  StreamRestored: {
    count: (counters) => void counters.streamsRecalled++,
    line: { level: 'debug', text: 'stream restored', key: ofStream },
  },
  StreamEvicted: {
    count: (counters, { wanted }) => void (wanted ?? counters.streamsEvicted++),
    line: {
      level: ({ wanted }) => (wanted === undefined ? 'warning' : 'info'),
      text: ({ wanted }) => EVICTIONS[wanted ?? 'room'],
      key: ({ wanted = '' }) => wanted,
    },
  },
  PipelineFailed: {
    count: (counters) => void counters.failures++,
    line: {
      level: 'error',
      text: 'stream failure on a message: the stream starts anew; please report it',
      key: ofTopic,
    },
  },
  LearnerFailed: {
    count: (counters) => void counters.failures++,
    line: { level: 'error', text: 'learner failure: the learner starts anew; please report it', key: ofStream },
  },
  OutletFailed: {
    count: (counters) => void counters.failures++,
    line: { level: 'error', text: 'outlet failure; please report it', key: ({ outlet }) => outlet },
  },
  ThreadOutput: { count: null, line: { level: 'warning', text: 'thread output', key: 'each' } },
  UpdateSkipped: {
    count: (counters) => void counters.updatesSkipped++,
    line: { level: 'debug', text: 'network update skipped: its gradient was absurdly large', key: ofNetwork },
  },
  NetworkRolledBack: {
    count: (counters) => void counters.networksRolledBack++,
    line: {
      level: 'error',
      text: 'network rolled back to its last good weights: it gave no finite number; please report it',
      key: ofNetwork,
    },
  },
  NetworkFrozen: {
    count: (counters) => void counters.networksFrozen++,
    line: {
      level: 'error',
      text: 'network frozen: rolled back three times within an hour, it learns nothing for a day',
      key: ofNetwork,
    },
  },
  NetworkResumed: {
    count: null,
    line: { level: 'info', text: 'network resumed: it learns again', key: ofNetwork },
  },
  StoreOpened: {
    count: null,
    line: {
      level: 'info',
      text: ({ streams, samples }) =>
        streams + samples > 0 ? 'state opened' : 'state created: nothing was learned before',
      key: 'each',
    },
  },
  StoreDamaged: {
    count: (counters) => void counters.storeFailures++,
    line: {
      level: 'error',
      text: 'state file damaged: it is put aside, and what its backup holds goes on',
      key: once,
    },
  },
  JournalDamaged: {
    count: (counters) => void counters.storeFailures++,
    line: { level: 'error', text: 'journal damaged: the samples in the damaged parts are lost', key: once },
  },
  StoreFailed: {
    count: (counters) => void counters.storeFailures++,
    line: { level: 'error', text: 'state write failed: forecasts go on, trying again', key: once },
  },
  StoreOutOfReach: {
    count: (counters) => void counters.storeFailures++,
    line: { level: 'error', text: 'state unreadable: nothing is published in its place, trying again', key: once },
  },
  StoreShared: { count: null, line: { level: 'warning', text: 'state folder open to other users', key: once } },
  StoreRecovered: { count: null, line: { level: 'info', text: 'state write recovered', key: 'each' } },
  JournalLost: {
    count: (counters) => void counters.storeFailures++,
    line: { level: 'error', text: 'journal gap until the next snapshots: too much waits for the disk', key: once },
  },
  StateCarriedOver: {
    count: null,
    line: { level: 'info', text: ({ state }) => CARRIED_WORDS[state], key: ofStream },
  },
  InputsUnnamed: {
    count: (counters) => void counters.inputsUnnamed++,
    line: {
      level: ({ isByPlace }) => (isByPlace ? 'info' : 'warning'),
      text: ({ isByPlace }) =>
        isByPlace
          ? 'inputs unnamed: an old journal does not name them, and they are taken in the order of the configuration'
          : 'inputs unnamed: an old journal has another number of them than the configuration, and they count as missing',
      key: ofStream,
      quiet: 'day',
    },
  },
  StateRefused: {
    count: (counters) => void counters.statesRefused++,
    line: { level: 'warning', text: 'stream state refused: the stream starts anew', key: ofStream },
  },
  SnapshotSaved: {
    count: (counters) => void counters.snapshotsSaved++,
    line: { level: 'debug', text: 'snapshot saved', key: ofStream },
  },
  SnapshotFailed: {
    count: (counters) => void counters.snapshotsFailed++,
    line: { level: 'warning', text: 'snapshot failed', key: ofStream },
  },
  ...ALARM_EVENTS,
  ...REQUEST_EVENTS,
  ...CONFIG_EVENTS,
  ...BROKER_EVENTS,
  ...LEARNING_EVENTS,
  ...SENDER_EVENTS,
} satisfies EventRows;

/** Rows of the frequent events are found without their type: with as many types as there are, V8 looks for the member in a table of its own. */
const [OF_RECEIVED, OF_ISSUED, OF_PUBLISHED] = [rowOfType(RECEIVED), rowOfType(ISSUED), rowOfType(PUBLISHED)];

/** The row of an event's type. */
export function rowOf(event: DomainEvent): EventRow<DomainEvent> {
  if (event === RECEIVED) return OF_RECEIVED;
  if (event === ISSUED) return OF_ISSUED;
  return event === PUBLISHED ? OF_PUBLISHED : rowOfType(event);
}

function rowOfType(event: DomainEvent): EventRow<DomainEvent> {
  // Type and row belong together by the table's own type, which an access by a union cannot express.
  return EVENT_TABLE[event.type] as EventRow<DomainEvent>;
}

export function countEvent(counters: Counters, event: DomainEvent): void {
  rowOf(event).count?.(counters, event);
}
