import { matchesFilter } from '../../../adapters/mqtt/inbound/topicFilter.ts';
import type { ReplyAddress } from '../../../domain/listen.ts';

/** Longest topic at which an answer is given, in UTF-16 units, and longest correlation, in bytes. */
const LONGEST_TOPIC = 1024;
const LONGEST_CORRELATION = 1024;
/** Wildcards, control characters, half characters and non-characters: brokers close the connection over them. */
const UNUSABLE = /[+#\p{Cc}\p{Cs}\ufdd0-\ufdef\ufffe\uffff]/u;
const COMMAND = /^\w{1,64}$/;

export interface ReplyRules {
  readonly baseTopic: string;
  /** Filters of topics outside of the base topic that are allowed. */
  readonly responseTopics: readonly string[];
}

/** Where and with which bytes a request is answered. */
export interface ReplyTo {
  readonly topic: string;
  readonly correlation: Uint8Array | undefined;
}

/**
 * The topic of the answer: the one that the sender asks for where the rules allow it, else that of the command. A name of a
 * stranger is never part of a topic: what cannot be a command is answered at `unknown`.
 */
export function replyTo(command: string, reply: ReplyAddress | undefined, rules: ReplyRules): ReplyTo {
  const { topic, correlation } = reply ?? {};
  return {
    topic: topic !== undefined && isAllowed(topic, rules) ? topic : ordinaryTopic(command, rules),
    correlation: correlation !== undefined && correlation.length <= LONGEST_CORRELATION ? correlation : undefined,
  };
}

function ordinaryTopic(command: string, { baseTopic }: ReplyRules): string {
  return `${baseTopic}/bridge/response/${COMMAND.test(command) ? command : 'unknown'}`;
}

function isAllowed(topic: string, { baseTopic, responseTopics }: ReplyRules): boolean {
  if (topic === '' || topic.length > LONGEST_TOPIC || topic.startsWith('$') || UNUSABLE.test(topic)) return false;
  if (topic.startsWith(`${baseTopic}/bridge/response/`)) return true;
  const isOurs = topic === baseTopic || topic.startsWith(`${baseTopic}/`);
  return !isOurs && responseTopics.some((filter) => matchesFilter(filter, topic));
}
