import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { checkBroker } from '../../../src/adapters/mqtt/client/checkBroker.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { slowness } from '../../support/slowness.ts';
import { createSubject, type Subject, settingsFor } from './harness.ts';
import { type BrokerLimits, type LimitedBroker, startLimitedBroker } from './limitedBroker.ts';

const NO_LIMITS: BrokerLimits = { five: 'speaks', maximumQoS: 2, retains: true, identifiers: true, filters: 1000 };
/** `TIDEGATE_RUNS=200` tries more. */
const RUNS = Number(process.env['TIDEGATE_RUNS'] ?? 12);

let broker: LimitedBroker;
let subject: Subject;

afterEach(async () => {
  await subject.connection.stop();
  await broker.stop();
});

const manyFilters = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `room${i}/#`);

/**
 * Time-out of what the broker answers: of one that keeps silent once it passes, of the others only a machine that hangs reaches it.
 */
function settingsAt({ five = NO_LIMITS.five }: Partial<BrokerLimits>) {
  const connectTimeout = toDurationMs(five === 'never-answers' ? 300 * slowness() : 60_000);
  return settingsFor(`mqtt://127.0.0.1:${broker.port}`, { connectTimeout });
}

async function connectAt(limits: Partial<BrokerLimits>, filters = manyFilters(1)): Promise<Subject> {
  broker = await startLimitedBroker({ ...NO_LIMITS, ...limits });
  subject = createSubject(settingsAt(limits), { filters });
  subject.connection.start();
  await subject.online();
  return subject;
}

/** Will flags of each CONNECT: QoS, and whether it is retained. */
const wills = () =>
  broker.packets
    .filter(({ type }) => type === 1)
    .map(({ body }) => ({ qos: (body[7]! >> 3) & 3, retain: (body[7]! & 0x20) !== 0 }));

describe('a broker with limits', () => {
  it('without retained messages gets a will that is not retained, and that is said once', async () => {
    const { all, connection } = await connectAt({ retains: false });
    expect(wills()).toEqual([
      { qos: 1, retain: true },
      { qos: 1, retain: false },
    ]);
    expect(all('WillLessened')).toEqual([
      {
        type: 'WillLessened',
        server: `mqtt://127.0.0.1:${broker.port}`,
        reason: 'the broker takes it only not retained: who subscribes later does not learn that we have vanished',
      },
    ]);
    expect(all('BrokerRefused')).toEqual([]);
    connection.publish({ topic: 'tidegate/x', payload: '1', qos: 1, retain: true });
    await expect.poll(() => broker.packets.filter(({ type }) => type === 3).length).toBeGreaterThan(1);
    expect(broker.complaints).toEqual([]);
  });

  it('of QoS 0 gets a will of QoS 0', async () => {
    const { all } = await connectAt({ maximumQoS: 0 });
    expect(wills().at(-1)).toEqual({ qos: 0, retain: true });
    expect(all('WillLessened').map(({ reason }) => reason)).toEqual([
      'the broker takes it only with QoS 0: it may be lost',
    ]);
  });

  it('gets at most eight filters a SUBSCRIBE and an UNSUBSCRIBE', async () => {
    const { connection, all } = await connectAt({ identifiers: false, filters: 8 }, manyFilters(30));
    expect(broker.subscribed.size).toBe(30);
    expect(all('FiltersGranted')).toEqual([{ type: 'FiltersGranted', count: 30 }]);
    connection.closeIntake();
    await expect.poll(() => broker.packets.filter(({ type }) => type === 10).length).toBe(4);
    expect(broker.complaints).toEqual([]);
  });

  it('that never answers MQTT 5 is tried with 3.1.1 after one time-out', async () => {
    const { all } = await connectAt({ five: 'never-answers' });
    expect(all('BrokerConnected').map(({ protocol }) => protocol)).toEqual([4]);
    expect(broker.packets.filter(({ type }) => type === 1).map(({ version }) => version)).toEqual([5, 4]);
  });

  it('is found by a check too, whatever its answer to MQTT 5', async () => {
    const silent = { five: 'never-answers' } as const;
    await connectAt(silent);
    expect((await checkBroker(settingsAt(silent))).protocol).toBe(4);
  });

  it('is served, whatever its limits are, and not one of them is overstepped', async () => {
    const limits = fc.record({
      five: fc.constantFrom<BrokerLimits['five'][]>('speaks', 'speaks', 'refuses', 'hangs-up', 'never-answers'),
      maximumQoS: fc.constantFrom<BrokerLimits['maximumQoS'][]>(0, 1, 2),
      retains: fc.boolean(),
      identifiers: fc.boolean(),
      filters: fc.integer({ min: 8, max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(limits, fc.integer({ min: 1, max: 25 }), async (of, count) => {
        const { connection, all } = await connectAt(of, manyFilters(count));
        expect(broker.subscribed).toEqual(new Set(manyFilters(count)));
        expect(connection.publish({ topic: 'tidegate/x', payload: '1', qos: 1, retain: true })).toBe(true);
        await expect.poll(() => all('MessagePublished').length).toBeGreaterThan(1);
        expect([broker.complaints, all('BrokerDisconnected')]).toEqual([[], []]);
        await connection.stop();
        await broker.stop();
      }),
      { numRuns: RUNS },
    );
  });
});
