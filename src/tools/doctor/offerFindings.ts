import type { BrokerOffer } from '../../adapters/mqtt/client/brokerOffer.ts';
import type { BrokerCheck } from '../../adapters/mqtt/client/checkBroker.ts';
import { describeWill } from '../../adapters/mqtt/client/will.ts';
import type { Finding } from '../../domain/finding.ts';
import type { MqttSettings } from '../../domain/mqttSettings.ts';

/** Bytes of a result with a dozen horizons, and of `bridge/info` with a few streams. */
const USUAL_PACKET = 4096;
/** Messages with QoS 1 of ours that are under way at once in a home. */
const USUAL_WINDOW = 10;

export function willFinding({ will }: BrokerCheck): Finding {
  const check = 'last will';
  if (will?.retain && will.qos > 0) return { check, verdict: 'ok', found: 'taken, retained and with QoS 1' };
  return { check, verdict: 'warning', found: describeWill(will) };
}

/** The limits of the broker that matter to these filters and settings, and then all that it says. */
export function* offerFindings(
  { offer }: BrokerCheck,
  { keepalive }: MqttSettings,
  filters: readonly string[],
): Generator<Finding> {
  if (offer === undefined) {
    const found = 'MQTT 3.1.1 has no words for the limits of a broker';
    yield { check: 'limits', verdict: 'note', found };
    return;
  }
  yield* retainFindings(offer);
  yield* filterFindings(offer, filters);
  yield* packetFindings(offer);
  if (offer.receiveMaximum < USUAL_WINDOW) {
    const found = `it takes ${offer.receiveMaximum} messages with QoS 1 before it answers: more wait here`;
    yield { check: 'receive maximum', verdict: 'note', found };
  }
  yield { check: 'limits', verdict: 'ok', found: listOf(offer, keepalive) };
}

function* retainFindings({ retains }: BrokerOffer): Generator<Finding> {
  if (retains) return;
  const found = 'the broker keeps none: who subscribes sees a result with the next reading only';
  yield { check: 'retained messages', verdict: 'warning', found };
}

function* filterFindings({ wildcards, shared }: BrokerOffer, filters: readonly string[]): Generator<Finding> {
  const wild = filters.filter((filter) => /[+#]/.test(filter));
  if (!wildcards && wild.length > 0) {
    const found = `the broker has none, and these are asked for: ${wild.join(', ')}`;
    yield { check: 'wildcards', verdict: 'failed', found, advice: 'name each topic in full in streams[].topic' };
  }
  const ofGroups = filters.filter((filter) => filter.startsWith('$share/'));
  if (!shared && ofGroups.length > 0) {
    const found = `the broker has none, and these are asked for: ${ofGroups.join(', ')}`;
    yield { check: 'shared subscriptions', verdict: 'failed', found, advice: 'leave $share/ and its group out' };
  }
}

function* packetFindings({ maximumPacketSize }: BrokerOffer): Generator<Finding> {
  if (maximumPacketSize === undefined || maximumPacketSize >= USUAL_PACKET) return;
  const found = `the broker takes ${maximumPacketSize} bytes: longer results and bridge/info are dropped and counted (too-large)`;
  yield { check: 'packet size', verdict: 'warning', found, advice: 'raise its limit, or fewer horizons' };
}

function listOf(offer: BrokerOffer, keepalive: number): string {
  const { maximumPacketSize: size, receiveMaximum, topicAliases } = offer;
  const yesNo = (is: boolean): string => (is ? 'yes' : 'no');
  return [
    `QoS ${offer.maximumQoS}`,
    `retained messages ${yesNo(offer.retains)}`,
    `wildcards ${yesNo(offer.wildcards)}`,
    `shared subscriptions ${yesNo(offer.shared)}`,
    `subscription identifiers ${yesNo(offer.identifiers)}`,
    size === undefined ? 'packets of any size' : `packets of ${size} bytes`,
    `${receiveMaximum} messages under way`,
    `topic aliases ${topicAliases} (not used)`,
    `keepalive ${(offer.keepalive ?? keepalive) / 1000} s`,
    ...(offer.reason === undefined ? [] : [`its words: ${offer.reason}`]),
  ].join(', ');
}
