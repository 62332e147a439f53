import * as v from 'valibot';
import { LOG_LEVELS, type LogLevel } from '../../domain/logLevel.ts';
import { REQUEST_NAMES, type RequestName } from '../../domain/requestName.ts';
import { choice } from '../scalars/choice.ts';
import { flag } from '../scalars/flag.ts';
import { option } from './about.ts';
import { topicFilter } from './topicFilter.ts';

/** Rules for requests over MQTT. */
export interface BridgeSettings {
  /** False: no request is listened to. */
  readonly requests: boolean;
  /** True: a command that changes something is refused. */
  readonly readOnly: boolean;
  /** Commands that are served. */
  readonly commands: readonly RequestName[];
  /** Things that happen are published on `bridge/event`. */
  readonly events: boolean;
  /** The least severe level of the log that is published on `bridge/logging`. */
  readonly logging: LogLevel | 'off';
  /** Filters of topics outside of our own at which an answer may be asked for. */
  readonly responseTopics: readonly string[];
}

const commands = v.pipe(
  v.union(
    [v.literal('all'), v.array(choice(REQUEST_NAMES))],
    `expected all, or a list of commands: ${REQUEST_NAMES.join(', ')}`,
  ),
  v.metadata({ kind: `all, or list of ${REQUEST_NAMES.join(', ')}` }),
  v.transform((names): readonly RequestName[] => (names === 'all' ? REQUEST_NAMES : [...new Set(names)])),
);

const MOST_FILTERS = 32;

const responseTopics = v.pipe(
  v.array(topicFilter),
  v.maxLength(MOST_FILTERS, `at most ${MOST_FILTERS} topic filters`),
  v.metadata({ kind: 'list of topic filters' }),
);

export const bridgeSchema: v.GenericSchema<unknown, BridgeSettings> = v.pipe(
  v.strictObject({
    requests: v.pipe(
      v.optional(flag(), 'on'),
      option(
        'restart',
        'Requests',
        'Commands are taken at `<base_topic>/bridge/request/<command>`, from everybody whom the broker lets publish there. They are in requests.md.',
      ),
    ),
    read_only: v.pipe(
      v.optional(flag(), 'off'),
      option('live', 'Read only', 'Only commands that change nothing are served.'),
    ),
    commands: v.pipe(
      v.optional(commands, 'all'),
      option('live', 'Commands', 'Commands that are served; every other one is refused.'),
    ),
    events: v.pipe(
      v.optional(flag(), 'on'),
      option(
        'live',
        'Events',
        'What happens to streams, devices and the daemon is published on `<base_topic>/bridge/event`, with the starts and ends of alarms of all streams.',
      ),
    ),
    logging: v.pipe(
      v.optional(choice(['off', ...LOG_LEVELS]), 'warning'),
      option(
        'live',
        'Logging',
        'Lines of the log from this level on are published on `<base_topic>/bridge/logging`, at most ten a second. It may be less severe than `log.level`.',
      ),
    ),
    response_topics: v.pipe(
      v.optional(responseTopics, []),
      option(
        'live',
        'Response topics',
        'Topics at which a request may want its answer (the response topic of MQTT 5), beside those below `<base_topic>/bridge/response/`, which are always allowed. Without the rule whoever may send a request could have the daemon publish to any topic.',
      ),
    ),
  }),
  v.transform(
    ({ read_only: readOnly, response_topics: responseTopics, ...others }): BridgeSettings => ({
      ...others,
      readOnly,
      responseTopics,
    }),
  ),
);
