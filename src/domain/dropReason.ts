/** Why something that came in was not used. A closed set: each is a counter of its own. */
export const DROP_REASONS = {
  retained: 'the broker replayed it from its retained store: an old reading, not a new one',
  'own-output': 'it is an output of tidegate, of this instance or of another one',
  'no-stream': 'its topic matches no configured stream',
  'bad-name': 'the name that its stream would have is longer than 200 bytes, or holds NUL or half a character',
  'name-taken': 'another topic already gives the stream of this name',
  'too-large': 'the payload is longer than limits.payload',
  'topic-too-long': 'the topic is longer than limits.topic',
  'not-utf8': 'the payload is not valid UTF-8 text (another format, or damaged)',
  'not-json': 'the payload looks like JSON but does not parse',
  'too-deep': 'the JSON is nested deeper than limits.depth, or numbers deeper than automatic choice looks',
  'no-field': 'the message has none of the configured fields, or no number that is a reading',
  'not-decodable': 'the payload is none of the binary format that its dialect has (another format, or damaged)',
  availability: 'the device says whether it is there, which is no reading',
  'not-a-reading': 'a message of its kind holds no readings (a command, a log line, a description of the device)',
  stale: 'an old state that the device or its bridge repeats at its start',
  historical: 'the device marks it as a reading of an earlier time',
  unnamed: 'it refers to a name that was told before tidegate listened, or that it had no room for',
  'several-dialects': 'its topic fits several dialects: `source` says which it is',
  missing: 'the sensor says that it has no value (null, empty, NaN, unavailable, unknown, offline)',
  'not-a-number':
    'text, boolean, array or object where a number is expected, and neither `map` nor `parse` gives it one',
  'not-finite': 'the number is infinite',
  'not-valid': 'the value is outside of what `valid` calls a reading',
  'other-unit': 'the unit behind the number is not that of the readings before, and no decimal prefix apart from it',
  'bad-time': 'the time field cannot be read as a time',
  duplicate: 'same time and same value as the sample before',
  conflict: 'same time as the sample before, other value: the first is kept',
  'out-of-order': 'older than the newest sample of its stream: a late delivery behind newer readings',
  'not-newer':
    'recorded, and not newer than what its stream has learned; or live, of a time whose recorded history was learned',
  'too-many-streams': 'limits.streams is reached and no idle stream could make room',
  'queue-full': 'limits.queue or limits.queue_memory is reached: limits.overflow says which message goes',
  coalesced: 'while too many waited, a newer message of the same topic took its place',
  redelivered: 'the broker sent a message again that had been taken in',
  quarantined: 'the daemon has died of it twice: it is left out',
  'decoder-failed': 'the decoder threw on it: an error of ours, logged',
  'stream-failed': 'the pipeline of this stream failed on it: an error of ours, logged',
  'learner-failed': 'the learner of this stream failed on it: an error of ours, logged',
  'no-memory': 'limits.memory is reached: its stream gets no learner until another one is forgotten',
  'no-classes': 'a label for a stream that has no classes to learn',
  'not-a-label': 'an object, an array or an empty text where the name of a class is expected',
  'label-unknown': 'a label whose name is none of the classes nor of classify.map, and no more names are taken',
  'label-too-late': 'a label, or a part of its span, for readings that are no longer kept to be learned from',
  'label-of-the-future': 'a label whose span ends farther ahead of the newest reading than classify.delay',
  'label-without-reading': 'a label for a time at which its stream had no reading',
  'label-conflict': 'a label for a reading that had another one: the newer label counts',
  'bad-settings': 'a change of settings that cannot be read',
  'no-such-stream': 'a label, a change of settings or a command for a stream that does not exist',
  stopped: 'the daemon ended before a learner came to it',
} as const;

export type DropReason = keyof typeof DROP_REASONS;

/** A refused value, as far as it may be shown: shortened, never a secret. */
export interface Refused {
  readonly value: string;
  /** Dotted path of the field. Default: the payload itself. */
  readonly field?: string;
  /** Options by which it is a number. Default: none is known. */
  readonly remedy?: string;
}

/** A message, or a field of one, that gave no sample. */
export interface Drop {
  readonly reason: DropReason;
  readonly topic: string;
  /** The first value that was refused so. Default: none is shown. */
  readonly refused?: Refused | undefined;
}
