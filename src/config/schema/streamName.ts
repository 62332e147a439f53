import * as v from 'valibot';
import { faultOfStreamName } from './topics.ts';

/** Name of a stream in our own topics. */
export const streamName: v.GenericSchema<unknown, string> = v.pipe(
  v.string('expected text (put it in quotes if it looks like a number)'),
  v.maxLength(512, 'must not be longer than 512 characters'),
  v.check(
    (name) => faultOfStreamName(name) === undefined,
    (issue) => faultOfStreamName(issue.input) as string,
  ),
  v.metadata({ kind: 'text' }),
);
