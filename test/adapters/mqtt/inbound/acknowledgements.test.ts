import { beforeEach, describe, expect, it } from 'vitest';
import { Acknowledgements } from '../../../../src/adapters/mqtt/inbound/acknowledgements.ts';
import type { Delivery } from '../../../../src/adapters/mqtt/inbound/delivery.ts';

let ledger: Acknowledgements;
let writes: string[];
/** Called: the broker has answered the question behind a write. */
let asked: (() => void)[];

beforeEach(() => {
  ledger = new Acknowledgements();
  writes = [];
  asked = [];
  connect(false);
});

function connect(isResumed: boolean, most = Number.POSITIVE_INFINITY, hasRoom = () => true): void {
  const write = (bytes: Uint8Array, onSeen?: () => void) => {
    writes.push(Buffer.from(bytes).toString('hex'));
    if (onSeen !== undefined) asked.push(onSeen);
  };
  ledger.begin({ isResumed, window: 7, most, hasRoom, write, renew: () => writes.push('renew') });
}

function receive(packetId: number, qos: 1 | 2 = 1, isRedelivery = false, checksum = packetId): Delivery {
  const delivery = ledger.receive({ packetId, qos, isRedelivery }, checksum);
  expect(delivery).toBeTypeOf('object');
  return delivery as Delivery;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('acknowledgements', () => {
  it('of one turn leave in one write', async () => {
    for (const it of [receive(1), receive(2, 2), receive(0x1234)]) it.ack();
    expect(writes).toEqual([]);
    await turn();
    expect(writes).toEqual(['400200015002000240021234']);
  });

  it('leave in the order of receipt, whatever the order in which they are given', async () => {
    const [a, b, c] = [receive(1), receive(2), receive(3)];
    c.ack();
    b.ack();
    await turn();
    expect(writes).toEqual([]);
    a.ack();
    await turn();
    expect(writes).toEqual(['400200014002000240020003']);
  });

  it('are given once', async () => {
    const delivery = receive(1);
    delivery.ack();
    await turn();
    // The id belongs to the next message now.
    receive(1);
    delivery.ack();
    await turn();
    expect(writes).toEqual(['40020001']);
  });

  it('tell what may have waited at the broker: all of a resumed session up to the first pause, and what is sent again', async () => {
    let now = 0;
    ledger = new Acknowledgements(() => now);
    let next = 0;
    const flags = (...gaps: readonly number[]): (boolean | undefined)[] =>
      gaps.map((gap) => {
        now += gap;
        const delivery = receive(++next);
        delivery.ack();
        return delivery.isBacklog;
      });
    connect(false);
    expect(flags(0, 1)).toEqual([false, false]);
    connect(true);
    // While something is unacknowledged the broker may have to wait for us.
    const held = receive(++next);
    expect([held.isBacklog, ...flags(1999, 9000, 1)]).toEqual([true, true, true, true]);
    held.ack();
    expect(flags(2000, 2001, 1)).toEqual([true, false, false]);
    expect(receive(++next, 1, true).isBacklog).toBe(true);
    connect(true);
    expect(flags(...Array<number>(6).fill(1500))).toEqual(Array(6).fill(true));
    expect(flags(...Array<number>(400).fill(1500)).at(-1)).toBe(false);
    await turn();
  });

  it('say what the packet said', () => {
    expect(receive(5, 2, true)).toMatchObject({ packetId: 5, isRedelivery: true, session: 1, window: 7 });
  });

  it('come to nothing on a later connection', async () => {
    const [before, given] = [receive(1), receive(2)];
    given.ack();
    ledger.end();
    connect(true);
    const again = receive(1, 1, true);
    before.ack();
    await turn();
    expect(writes).toEqual([]);
    again.ack();
    await turn();
    expect(writes).toEqual(['40020001']);
  });

  it('of the turn in which the connection went are not sent on the next', async () => {
    receive(1).ack();
    ledger.end();
    connect(true);
    await turn();
    expect(writes).toEqual([]);
  });

  it('are asked for by nobody without a connection', () => {
    ledger.end();
    expect(ledger.receive({ packetId: 1, qos: 1, isRedelivery: false }, 1)).toBeUndefined();
  });

  it('leave in order where some thousands always wait, for longer than there are packet ids', async () => {
    const waiting: Delivery[] = [];
    const ids = Array.from({ length: 70_000 }, (_, i) => (i % 65_535) + 1);
    for (const packetId of ids) {
      waiting.push(ledger.receive({ packetId, qos: 1, isRedelivery: false }, packetId) as Delivery);
      if (waiting.length > 3000) waiting.shift()?.ack();
    }
    for (const it of waiting) it.ack();
    await turn();
    const sent = Buffer.from(writes.join(''), 'hex');
    expect(sent.length).toBe(4 * ids.length);
    expect(ids.findIndex((id, i) => sent.readUInt16BE(4 * i + 2) !== id)).toBe(-1);
  });
});

describe('more messages than may be held', () => {
  const left = (packetId: number) => ledger.receive({ packetId, qos: 1, isRedelivery: false }, packetId);

  it('are left, and all behind them, until the rest is answered; then the connection is renewed', async () => {
    connect(true, 2);
    const [a, b] = [receive(1), receive(2, 2)];
    expect([left(3), left(1)]).toEqual([undefined, undefined]);
    a.ack();
    await turn();
    expect(writes).toEqual(['40020001']);
    // There would be room again, but not in order.
    expect(left(4)).toBeUndefined();
    b.ack();
    expect(writes).toEqual(['40020001', '50020002', 'renew']);
    ledger.end();
    connect(true, 2);
    expect([receive(3).packetId, receive(4).packetId]).toEqual([3, 4]);
  });

  it('are none where as many were held as may be', async () => {
    connect(true, 2);
    for (const it of [receive(1), receive(2)]) it.ack();
    await turn();
    receive(3).ack();
    await turn();
    expect(writes).toEqual(['4002000140020002', '40020003']);
  });
});

describe('where there is no room', () => {
  it('one is taken all the same while none waits; the others come over a new connection, once it is acknowledged', async () => {
    let isRoom = true;
    connect(true, 100, () => isRoom);
    receive(1);
    const second = receive(2);
    isRoom = false;
    const left = (packetId: number) =>
      expect(ledger.receive({ packetId, qos: 1, isRedelivery: false }, packetId)).toBeUndefined();
    left(3);
    // What follows must not overtake it.
    isRoom = true;
    left(4);
    second.ack();
    await turn();
    expect(writes).toEqual([]);
    ledger.end();

    isRoom = false;
    connect(true, 100, () => isRoom);
    const again = receive(1, 1, true);
    left(2);
    again.ack();
    await turn();
    expect(writes).toEqual(['40020001', 'renew']);
  });
});

describe('a repeated message', () => {
  it('that waits for its acknowledgement is not handed over twice', () => {
    receive(1);
    expect(ledger.receive({ packetId: 1, qos: 1, isRedelivery: true }, 1)).toBeUndefined();
  });

  it('of QoS 2 is known until it is released, over reconnects too', async () => {
    receive(1, 2).ack();
    ledger.end();
    connect(true);
    const waiting = receive(9);
    expect(ledger.receive({ packetId: 1, qos: 2, isRedelivery: true }, 1)).toBeUndefined();
    await turn();
    // Its PUBREC waits for its turn.
    expect(writes).toEqual([]);
    waiting.ack();
    await turn();
    expect(writes).toEqual(['4002000950020001']);
    ledger.release(1);
    expect(receive(1, 2).packetId).toBe(1);
  });

  it('of QoS 2 that was not acknowledged is handed over again', () => {
    receive(1, 2);
    ledger.end();
    connect(true);
    expect(receive(1, 2, true).isRedelivery).toBe(true);
  });

  it('of another session is another message', () => {
    receive(1, 2).ack();
    ledger.end();
    connect(false);
    expect(receive(1, 2).session).toBe(2);
  });

  it('of QoS 2 under the id of another one that waits is a fault of the broker', () => {
    receive(1, 2);
    expect(ledger.receive({ packetId: 1, qos: 2, isRedelivery: false }, 77)).toBe('in-use');
  });

  it('of QoS 1 with the same content and no DUP is a repeat while it waits', async () => {
    const delivery = receive(1);
    expect(ledger.receive({ packetId: 1, qos: 1, isRedelivery: false }, 1)).toBe('repeat');
    delivery.ack();
    await turn();
    expect(writes).toEqual(['40020001']);
  });

  it('that came with DUP beyond the window is one without DUP too, until the broker has seen the answer', async () => {
    const again = Array.from({ length: 9 }, (_, i) => receive(i + 1, 1, true));
    for (const delivery of again) delivery.ack();
    await turn();
    writes.length = 0;
    expect(ledger.receive({ packetId: 4, qos: 1, isRedelivery: false }, 4)).toBe('repeat');
    await turn();
    // The broker may have given the message up only with this copy.
    expect(writes).toEqual(['40020004']);
    asked[0]?.();
    await expect.poll(() => asked.length).toBe(2);
    asked[1]?.();
    expect(receive(4).packetId).toBe(4);
  });

  it('within the window is none once it is acknowledged: an equal reading under the same id', async () => {
    receive(1, 1, true).ack();
    await turn();
    expect(receive(1).packetId).toBe(1);
  });

  it('of QoS 1 is none where the broker gives the id to another message: both are taken, and answered once, after the last', async () => {
    const [first, second] = [receive(1), receive(1, 1, false, 77)];
    const settled: string[] = [];
    first.ack(() => settled.push('first'));
    await turn();
    expect(writes).toEqual([]);
    second.ack(() => settled.push('second'));
    await turn();
    expect(writes).toEqual(['40020001']);
    asked[0]?.();
    expect(settled).toEqual(['second', 'first']);
  });

  it('is one that may have been acknowledged before where the id comes anew with the same content: equal readings', async () => {
    receive(1).ack();
    await turn();
    expect(receive(1).packetId).toBe(1);
  });
});

describe('an acknowledgement is settled', () => {
  const settled: number[] = [];
  const take = (packetId: number) => receive(packetId).ack(() => settled.push(packetId));
  beforeEach(() => {
    settled.length = 0;
  });

  it('when the broker answers what was asked behind it; one question at a time', async () => {
    take(1);
    await turn();
    take(2);
    await turn();
    expect([settled, asked.length]).toEqual([[], 1]);
    asked[0]?.();
    expect([settled, asked.length]).toEqual([[1], 1]);
    await expect.poll(() => asked.length).toBe(2);
    asked[1]?.();
    expect([settled, asked.length]).toEqual([[1, 2], 2]);
  });

  it('not by an answer that comes over a later connection', async () => {
    take(1);
    await turn();
    ledger.end();
    connect(true);
    asked[0]?.();
    expect(settled).toEqual([]);
    take(2);
    await turn();
    asked[1]?.();
    expect(settled).toEqual([2]);
  });
});

it('says over which connection a message came, and which packet id was the first on it', () => {
  const [a, b] = [receive(5), receive(6)];
  ledger.end();
  connect(true);
  const c = receive(1);
  expect([a, b, c].map(({ connection, firstPacketId }) => [connection, firstPacketId])).toEqual([
    [1, 5],
    [1, 5],
    [2, 1],
  ]);
});

it('counts the sessions; that of before this process is 0', () => {
  const fresh = new Acknowledgements();
  const sessions = [true, true, false, true, false].map((isResumed) => {
    fresh.begin({ isResumed, window: 1, most: 9, write: () => undefined, renew: () => undefined });
    return (fresh.receive({ packetId: 1, qos: 1, isRedelivery: false }, 1) as Delivery).session;
  });
  expect(sessions).toEqual([0, 0, 1, 1, 2]);
});
