import * as v from 'valibot';
import { faultOfFilter } from './topics.ts';

/** A text that can be subscribed to. */
export const topicFilter: v.GenericSchema<string, string> = v.pipe(
  v.string('expected an MQTT topic, such as zigbee2mqtt/+'),
  v.check(
    (topic) => faultOfFilter(topic) === undefined,
    (issue) => faultOfFilter(issue.input) as string,
  ),
  v.metadata({ kind: 'topic filter' }),
);
