import { type BrokerCheck, checkBroker } from '../../adapters/mqtt/client/checkBroker.ts';
import { type OfflineQueueProbe, probeOfflineQueue } from '../../adapters/mqtt/client/offlineQueueProbe.ts';
import { TidegateError } from '../../domain/errors.ts';
import type { MqttSettings } from '../../domain/mqttSettings.ts';
import type { Clock } from '../../domain/time.ts';
import type { Finding } from './finding.ts';

/** Twice what mosquitto keeps for a client that is away unless it is told otherwise (`max_queued_messages 1000`). */
const TRIAL_MESSAGES = 2000;

export interface BrokerQuestion {
  readonly settings: MqttSettings;
  /** The user wants the broker to be tried with messages of ours. */
  readonly experiment: boolean;
  readonly clock: Clock;
}

export async function brokerFindings({ settings, experiment, clock }: BrokerQuestion): Promise<readonly Finding[]> {
  const asked = { ...settings, session: { ...settings.session, persistent: true } };
  try {
    const broker = await checkBroker(asked);
    const absence = experiment ? await absenceFinding(settings, clock) : announceTrial(settings);
    return [reached(broker), ...qosFindings(settings, broker), sessionFinding(settings, broker), absence];
  } catch (error) {
    if (!(error instanceof TidegateError) || error.exit === 78) throw error;
    return [{ check: 'broker', verdict: 'failed', found: error.message }];
  }
}

function reached({ server, protocol }: BrokerCheck): Finding {
  if (protocol === 5) return { check: 'broker', verdict: 'ok', found: `${server}, MQTT 5` };
  const found = `${server}, MQTT 3.1.1`;
  const advice = 'allow MQTT 5: with 3.1.1 a broker sends few messages before it waits (mosquitto: 20)';
  return { check: 'broker', verdict: 'note', found, advice };
}

function* qosFindings({ qos }: MqttSettings, { maximumQoS }: BrokerCheck): Generator<Finding> {
  const check = 'quality of service';
  if (qos === 0) {
    const found = 'QoS 0: what comes while the connection is down is lost';
    yield { check, verdict: 'warning', found, advice: 'mqtt.qos: 1, and sensors that publish with QoS 1' };
  } else if (maximumQoS < qos) {
    yield { check, verdict: 'warning', found: `QoS ${qos} is wanted, the broker has ${maximumQoS} at most` };
  } else yield { check, verdict: 'ok', found: `QoS ${qos}, as far as the sensors publish with it too` };
}

function sessionFinding({ session }: MqttSettings, { protocol, sessionExpiry }: BrokerCheck): Finding {
  const check = 'session';
  if (protocol === 4) {
    const found = 'for how long the broker keeps it, MQTT 3.1.1 does not say';
    return { check, verdict: 'note', found, advice: 'mosquitto: persistent_client_expiration' };
  }
  if (sessionExpiry === undefined || sessionExpiry >= session.expiry)
    return { check, verdict: 'ok', found: `kept for ${session.expiry / 1000} s while away` };
  const found = `the broker keeps it for ${sessionExpiry / 1000} s, not for ${session.expiry / 1000} s`;
  const advice = 'raise its limit: what comes after it is lost';
  return { check, verdict: 'warning', found, advice };
}

function announceTrial({ baseTopic }: MqttSettings): Finding {
  return {
    check: 'queue',
    verdict: 'note',
    found: 'not tried: whether the broker keeps what comes while we are away',
    advice: `--experiment subscribes to ${baseTopic}/doctor/… with a session of its own, leaves, publishes ${TRIAL_MESSAGES} small messages with QoS 1 there, comes back, counts, and ends the session`,
  };
}

async function absenceFinding(settings: MqttSettings, clock: Clock): Promise<Finding> {
  const check = 'queue';
  try {
    return judge(await probeOfflineQueue(settings, TRIAL_MESSAGES, clock));
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    return { check, verdict: 'failed', found: `could not be tried: ${error.message}` };
  }
}

function judge({ published, delivered }: OfflineQueueProbe): Finding {
  const check = 'queue';
  if (delivered >= published) return { check, verdict: 'ok', found: `kept all of ${published} messages while away` };
  const found = `lost ${published - delivered} of ${published} messages that came while away`;
  const advice =
    delivered === 0
      ? 'the broker keeps no sessions, or gives no right to publish there and (MQTT 3.1.1) does not say so'
      : `it kept ${delivered}; mosquitto: max_queued_messages 100000, with persistence true and autosave_interval 30`;
  return { check, verdict: 'warning', found, advice };
}
