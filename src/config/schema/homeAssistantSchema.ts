import * as v from 'valibot';
import { flag } from '../scalars/flag.ts';
import { text } from '../scalars/text.ts';
import { option } from './about.ts';
import { faultOfName } from './topics.ts';

/** Rules for entities in Home Assistant. */
export interface HomeAssistantSettings {
  /** False: nothing is announced, and what an earlier run announced is taken back. */
  readonly discovery: boolean;
  /** Topics below which Home Assistant looks for devices. */
  readonly prefix: string;
  /** Topic at which Home Assistant says that it is there. */
  readonly statusTopic: string;
}

const LONGEST_TOPIC = 128;

const topicName = v.pipe(
  text(LONGEST_TOPIC),
  v.check(
    (topic) => faultOf(topic) === undefined,
    (issue) => faultOf(issue.input) as string,
  ),
);

export const homeAssistantSchema: v.GenericSchema<unknown, HomeAssistantSettings> = v.pipe(
  v.strictObject({
    discovery: v.pipe(
      v.optional(flag(), 'off'),
      option(
        'restart',
        'Discovery',
        'Announces forecasts, scores and alarms of each stream, and the daemon itself, to Home Assistant, which makes devices and entities of them.',
      ),
    ),
    prefix: v.pipe(
      v.optional(topicName, 'homeassistant'),
      option('restart', 'Prefix', "Home Assistant's discovery prefix; devices are announced below `<prefix>/device/`."),
    ),
    status_topic: v.pipe(
      v.optional(topicName, 'homeassistant/status'),
      option(
        'restart',
        'Status topic',
        'Topic of the birth message of Home Assistant: on `online` there everything is announced again.',
      ),
    ),
  }),
  v.transform(
    ({ discovery, prefix, status_topic: statusTopic }): HomeAssistantSettings => ({ discovery, prefix, statusTopic }),
  ),
);

function faultOf(topic: string): string | undefined {
  return topic.startsWith('$') ? 'must not begin with $: those topics belong to the broker' : faultOfName(topic);
}
