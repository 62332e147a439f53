import { expect, it } from 'vitest';
import { MqttRepeats } from '../../../../src/adapters/mqtt/inbound/mqttRepeats.ts';
import { toDurationMs } from '../../../../src/domain/time.ts';
import { deliveryOf, virtualClock } from '../../../pipeline/samples.ts';

const repeats = (): MqttRepeats => new MqttRepeats({ clock: virtualClock, mostUnacknowledged: 100 });

it('expects new messages among those that a resumed session has kept, for ten seconds', () => {
  const at = (age: number, isResumed = true) => deliveryOf(1, { isResumed, age: toDurationMs(age) });
  const all = [at(0), at(9999), at(10_000), at(0, false)];
  expect(all.map((delivery) => repeats().mayOvertake(delivery))).toEqual([true, true, false, false]);
});

it('expects none of a broker that sets DUP: it keeps to the order, also in later lives', () => {
  const known = repeats();
  known.judge(deliveryOf(1, { isRedelivery: true }));
  expect(known.mayOvertake(deliveryOf(2, { isResumed: true }))).toBe(false);
  const next = repeats();
  next.load(known.save());
  expect(next.mayOvertake(deliveryOf(2, { isResumed: true }))).toBe(false);
});

it('says that the broker waits where it has sent as many as it was told', () => {
  const last = deliveryOf(9, { window: 10 });
  expect([9, 10].map((waiting) => repeats().isFull(last, waiting))).toEqual([false, true]);
});
