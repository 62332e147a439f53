import { describe, expect, it } from 'vitest';
import { type BrokerOffer, brokerOffer } from '../../../src/adapters/mqtt/client/brokerOffer.ts';
import type { BrokerCheck } from '../../../src/adapters/mqtt/client/checkBroker.ts';
import { offerFindings, willFinding } from '../../../src/tools/doctor/offerFindings.ts';
import { settingsFor } from '../../adapters/mqtt/harness.ts';

const WILL = { topic: 't', payload: 'p', qos: 1, retain: true } as const;
const settings = settingsFor('mqtt://pi');

function check(offer: Partial<BrokerOffer> | undefined, will: BrokerCheck['will'] = WILL): BrokerCheck {
  return { server: 'mqtt://pi:1883', protocol: 5, offer: offer && { ...brokerOffer(), ...offer }, will };
}

const findings = (offer: Partial<BrokerOffer> | undefined, filters: readonly string[] = ['a/+']) => [
  ...offerFindings(check(offer), settings, filters),
];

describe('what a broker offers', () => {
  it('is one list where nothing of it is in the way', () => {
    expect(findings({}, ['a/+', '$share/g/b'])).toEqual([
      {
        check: 'limits',
        verdict: 'ok',
        found:
          'QoS 2, retained messages yes, wildcards yes, shared subscriptions yes, subscription identifiers yes, packets of any size, 65535 messages under way, topic aliases 0 (not used), keepalive 60 s',
      },
    ]);
  });

  it.each([
    [{ retains: false }, 'retained messages', 'warning'],
    [{ wildcards: false }, 'wildcards', 'failed'],
    [{ shared: false }, 'shared subscriptions', 'failed'],
    [{ maximumPacketSize: 300 }, 'packet size', 'warning'],
    [{ receiveMaximum: 5 }, 'receive maximum', 'note'],
  ] as const)('with %o is told under its own name', (offer, name, verdict) => {
    const found = findings(offer, ['a/+', '$share/g/b']);
    expect(found.map((it) => [it.check, it.verdict])).toEqual([
      [name, verdict],
      ['limits', 'ok'],
    ]);
  });

  it('names no lack that these topics do not feel', () => {
    expect(findings({ wildcards: false, shared: false }, ['a/b'])).toHaveLength(1);
  });

  it('is not told by MQTT 3.1.1', () => expect(findings(undefined)[0]?.verdict).toBe('note'));
});

describe('the last will', () => {
  it.each([
    [WILL, 'ok'],
    [{ ...WILL, retain: false }, 'warning'],
    [{ ...WILL, qos: 0 }, 'warning'],
    [undefined, 'warning'],
  ] as const)('as %o: %s', (will, verdict) => {
    expect(willFinding({ ...check({}), will })).toMatchObject({ check: 'last will', verdict });
  });
});
