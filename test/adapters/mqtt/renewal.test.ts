import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toDurationMs } from '../../../src/domain/time.ts';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import { createPeer, createSubject, type Peer, type Subject, settingsFor } from './harness.ts';

const session = { persistent: true, expiry: toDurationMs(3_600_000) };

describe.skipIf(!hasMosquitto())('a session that goes on, at a real broker of MQTT 5', () => {
  let broker: Mosquitto;
  let peer: Peer;

  beforeEach(async () => {
    broker = await startMosquitto();
    peer = await createPeer(broker.port);
    await peer.publish('sensors/kept', 'old', { retain: true, qos: 1 });
  });

  afterEach(async () => {
    await peer.end();
    await broker.stop();
  });

  /** One life of a client: its filters are asked for, and a live message comes. Kept messages of the broker come before that. */
  async function live(text: string, changes: { readonly isPersistent: boolean; readonly takesRetained: boolean }) {
    const { isPersistent, takesRetained } = changes;
    const settings = settingsFor(`mqtt://127.0.0.1:${broker.port}`, {
      ...{ protocol: 5, qos: 1, session: { ...session, persistent: isPersistent } },
    });
    const subject: Subject = createSubject(settings, { takesRetained });
    subject.connection.start();
    await subject.online();
    await peer.publish('sensors/live', text, { qos: 1 });
    while (!subject.inbound.some(({ payload }) => Buffer.from(payload).toString() === text))
      await subject.messages(subject.inbound.length + 1);
    await subject.connection.stop();
    const kept = subject.inbound.filter(({ retained }) => retained).length;
    return kept + subject.all('InputDropped').filter(({ reason }) => reason === 'retained').length;
  }

  it('is not sent again what the broker keeps, where that is dropped', async () => {
    const how = { isPersistent: true, takesRetained: false };
    expect([await live('first', how), await live('second', how)]).toEqual([1, 0]);
  });

  it('is sent again what the broker keeps, where devices describe themselves in it', async () => {
    const how = { isPersistent: true, takesRetained: true };
    expect([await live('first', how), await live('second', how)]).toEqual([1, 1]);
  });

  it('that ends with its connection is sent it each time', async () => {
    const how = { isPersistent: false, takesRetained: false };
    expect([await live('first', how), await live('second', how)]).toEqual([1, 1]);
  });
});
