import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeWill, WillOffer } from '../../../../src/adapters/mqtt/client/will.ts';
import { OFFLINE } from '../harness.ts';

describe('the will that is offered', () => {
  it('loses what the broker has not, and in the end goes', () => {
    const offer = new WillOffer(OFFLINE);
    expect(offer.current).toEqual({ ...OFFLINE, qos: 1, retain: true });
    expect([offer.lessen(154), offer.current?.retain, offer.current?.qos]).toEqual([true, false, 1]);
    expect([offer.lessen(155), offer.current?.retain, offer.current?.qos]).toEqual([true, false, 0]);
    expect([offer.lessen(154), offer.current]).toEqual([true, undefined]);
    expect(offer.lessen(154)).toBe(false);
  });

  it('becomes less a bounded number of times, by codes about it alone', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(154, 155), fc.nat(255), fc.constant(undefined))), (codes) => {
        const offer = new WillOffer(OFFLINE);
        let changes = 0;
        for (const code of codes) {
          const hadWill = offer.current !== undefined;
          const isLess = offer.lessen(code);
          expect(isLess).toBe(hadWill && (code === 154 || code === 155));
          if (isLess) changes++;
        }
        expect(changes).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('is told with what is lost', () => {
    expect(describeWill({ ...OFFLINE, qos: 0, retain: false })).toMatch(
      /not retained and with QoS 0: .*subscribes later/,
    );
    expect(describeWill(undefined)).toMatch(/takes none/);
  });
});
