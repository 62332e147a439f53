import { type BrokerCheck, checkBroker } from '../../adapters/mqtt/client/checkBroker.ts';
import { TidegateError } from '../../domain/errors.ts';
import type { Finding } from '../../domain/finding.ts';
import type { MqttSettings } from '../../domain/mqttSettings.ts';
import type { Clock } from '../../domain/time.ts';
import { announceExperiment, experimentFindings } from './experimentFindings.ts';
import { offerFindings, willFinding } from './offerFindings.ts';

export interface BrokerQuestion {
  readonly settings: MqttSettings;
  /** Topic filters of the streams. */
  readonly filters: readonly string[];
  /** The user wants the broker to be tried with messages of ours. */
  readonly experiment: boolean;
  readonly clock: Clock;
}

export async function brokerFindings(question: BrokerQuestion): Promise<readonly Finding[]> {
  const { settings, filters, experiment, clock } = question;
  const asked = { ...settings, session: { ...settings.session, persistent: true } };
  try {
    const broker = await checkBroker(asked);
    const { protocol } = broker;
    const tried = experiment
      ? await experimentFindings({ settings, protocol, filters, clock, maximumQoS: broker.offer?.maximumQoS ?? 2 })
      : announceExperiment(settings);
    return [
      reached(broker),
      willFinding(broker),
      ...offerFindings(broker, settings, filters),
      ...qosFindings(settings, broker),
      sessionFinding(settings, broker),
      ...tried,
    ];
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

function* qosFindings({ qos }: MqttSettings, { offer }: BrokerCheck): Generator<Finding> {
  const maximumQoS = offer?.maximumQoS ?? 2;
  const check = 'quality of service';
  if (qos === 0) {
    const found = 'QoS 0: what comes while the connection is down is lost';
    yield { check, verdict: 'warning', found, advice: 'mqtt.qos: 1, and sensors that publish with QoS 1' };
  } else if (maximumQoS < qos) {
    yield { check, verdict: 'warning', found: `QoS ${qos} is wanted, the broker has ${maximumQoS} at most` };
  } else yield { check, verdict: 'ok', found: `QoS ${qos}, as far as the sensors publish with it too` };
}

function sessionFinding({ session }: MqttSettings, { offer }: BrokerCheck): Finding {
  const check = 'session';
  if (offer === undefined) {
    const found = 'for how long the broker keeps it, MQTT 3.1.1 does not say';
    return { check, verdict: 'note', found, advice: 'mosquitto: persistent_client_expiration' };
  }
  const { sessionExpiry } = offer;
  if (sessionExpiry === undefined || sessionExpiry >= session.expiry)
    return { check, verdict: 'ok', found: `kept for ${session.expiry / 1000} s while away` };
  const found = `the broker keeps it for ${sessionExpiry / 1000} s, not for ${session.expiry / 1000} s`;
  const advice = 'raise its limit: what comes after it is lost';
  return { check, verdict: 'warning', found, advice };
}
