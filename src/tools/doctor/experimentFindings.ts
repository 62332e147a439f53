import { type OfflineQueueProbe, probeOfflineQueue } from '../../adapters/mqtt/client/offlineQueueProbe.ts';
import { probeUnacknowledged, type UnacknowledgedProbe } from '../../adapters/mqtt/client/unacknowledgedProbe.ts';
import { TidegateError } from '../../domain/errors.ts';
import type { Finding } from '../../domain/finding.ts';
import type { MqttSettings } from '../../domain/mqttSettings.ts';
import { type Clock, toDurationMs } from '../../domain/time.ts';
import { type HeardStreams, hearStreams } from '../hear/hearStreams.ts';

/** Twice what mosquitto keeps for a client that is away unless it is told otherwise (`max_queued_messages 1000`). */
const TRIAL_MESSAGES = 2000;
/** Longest wait for a message of each filter. */
const LISTEN = toDurationMs(10_000);

export interface Experiment {
  readonly settings: MqttSettings;
  readonly protocol: 4 | 5;
  readonly filters: readonly string[];
  readonly clock: Clock;
  /** Highest QoS that the broker has. */
  readonly maximumQoS: 0 | 1 | 2;
}

const NOTHING_KEPT: Finding = {
  check: 'queue',
  verdict: 'warning',
  found: 'the broker has QoS 0 only: it keeps nothing while we are away, and repeats nothing',
};

/** The announcement of the experiment, where it is not wanted. */
export function announceExperiment({ baseTopic }: MqttSettings): readonly Finding[] {
  return [
    {
      check: 'topics',
      verdict: 'note',
      found: 'not tried: whether messages come for the topics of the streams',
      advice: `--experiment, or check --connect, subscribes to them for up to ${LISTEN / 1000} s`,
    },
    {
      check: 'queue',
      verdict: 'note',
      found:
        'not tried: whether the broker keeps what comes while we are away, and what is under way when the connection breaks',
      advice: `--experiment subscribes to ${baseTopic}/doctor/… with a session of its own, leaves, publishes ${TRIAL_MESSAGES} small messages with QoS 1 there, comes back, counts, and ends the session`,
    },
  ];
}

export async function experimentFindings(experiment: Experiment): Promise<readonly Finding[]> {
  const { settings, protocol, filters, clock, maximumQoS } = experiment;
  const heard = await hearStreams({ settings, protocol, filters, within: LISTEN });
  if (maximumQoS === 0) return [...heard.map(topicFinding), NOTHING_KEPT];
  const trial = { ...settings, protocol };
  return [
    ...heard.map(topicFinding),
    ...(await tried('queue', async () => [queueFinding(await probeOfflineQueue(trial, TRIAL_MESSAGES, clock))])),
    ...(await tried('under way', async () => [...unacknowledgedFindings(await probeUnacknowledged(trial, protocol))])),
  ];
}

async function tried(check: string, run: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    return [{ check, verdict: 'failed', found: `could not be tried: ${error.message}` }];
  }
}

/** Silence is no fault by itself: sensors sleep. */
function topicFinding({ filter, refusal, messages, words }: HeardStreams): Finding {
  const verdict = refusal !== undefined ? 'failed' : messages > 0 ? 'ok' : 'note';
  return { check: 'topic', verdict, found: `${filter}: ${words}` };
}

function queueFinding({ published, delivered }: OfflineQueueProbe): Finding {
  const check = 'queue';
  if (delivered >= published) return { check, verdict: 'ok', found: `kept all of ${published} messages while away` };
  const found = `lost ${published - delivered} of ${published} messages that came while away`;
  const advice =
    delivered === 0
      ? 'the broker keeps no sessions, or gives no right to publish there and (MQTT 3.1.1) does not say so'
      : `it kept ${delivered}; mosquitto: max_queued_messages 100000, with persistence true and autosave_interval 30`;
  return { check, verdict: 'warning', found, advice };
}

function* lossFindings({ hasSession, underWay, lost }: UnacknowledgedProbe): Generator<Finding> {
  const check = 'under way';
  if (lost === 0) {
    const found = `nothing is lost: all of ${underWay} messages that were not acknowledged when the connection broke came again`;
    yield { check, verdict: 'ok', found };
  } else {
    const found = `lost ${lost} of ${underWay} messages that were not acknowledged when the connection broke`;
    const why = hasSession ? 'forgets what it has sent' : 'keeps no session';
    yield {
      check,
      verdict: 'warning',
      found,
      advice: `the broker ${why}: each break of the connection can lose readings`,
    };
  }
}

export function* unacknowledgedFindings(probe: UnacknowledgedProbe): Generator<Finding> {
  yield* lossFindings(probe);
  const { underWay, lost, acknowledgedAgain, areMarked, haveSameIds, areInOrder } = probe;
  const check = 'repeats';
  if (acknowledgedAgain > 0) {
    const found = `${acknowledgedAgain} messages came again although they were acknowledged: they can be learned twice`;
    yield { check, verdict: 'warning', found };
  }
  if (lost === underWay) return;
  const oddities = [
    ...(areMarked ? [] : ['without a true mark (DUP)']),
    ...(haveSameIds ? [] : ['with other packet ids']),
    ...(areInOrder ? [] : ['out of order']),
  ];
  if (oddities.length === 0) {
    const found = 'marked, with the packet ids of before, in order: none is learned twice';
    yield { check, verdict: 'ok', found };
    return;
  }
  const found = `${oddities.join(', ')}: they are known by their content, and an equal reading can be taken for one`;
  yield { check, verdict: 'note', found };
}
