import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, it } from 'vitest';
import { probeUnacknowledged } from '../../../../src/adapters/mqtt/client/unacknowledgedProbe.ts';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../../../support/mosquitto.ts';
import { settingsFor } from '../harness.ts';

let stop: () => Promise<void> = () => Promise.resolve();

afterEach(() => stop());

async function startAedes(change: (broker: Aedes) => void = () => undefined): Promise<string> {
  const aedes = await Aedes.createBroker();
  change(aedes);
  const server: Server = createServer((socket) => aedes.handle(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stop = async () => {
    await new Promise<void>((resolve) => aedes.close(resolve));
    server.close();
  };
  return `mqtt://127.0.0.1:${(server.address() as { port: number }).port}`;
}

describe('the trial with messages that are not acknowledged', () => {
  it.skipIf(!hasMosquitto())(
    'finds at mosquitto that all come again, marked, and that no session is left',
    async () => {
      const broker: Mosquitto = await startMosquitto();
      stop = () => broker.stop();
      expect(await probeUnacknowledged(settingsFor(`mqtt://127.0.0.1:${broker.port}`), 5)).toEqual({
        hasSession: true,
        underWay: 6,
        lost: 0,
        acknowledgedAgain: 0,
        areMarked: true,
        haveSameIds: true,
        areInOrder: true,
      });
      // The last visit of its client id begins anew, and so ends the session.
      expect(broker.log()).toMatch(/tidegate-under-test-doctor-\w{8} \(p5, c1/);
    },
  );

  it('finds at aedes that repeats are not marked', async () => {
    const found = await probeUnacknowledged(settingsFor(await startAedes()), 4);
    expect(found).toMatchObject({ hasSession: true, lost: 0, areMarked: false });
  });

  it('finds that a broker keeps no session', async () => {
    const server = await startAedes((broker) => {
      broker.preConnect = (_client, packet, done) => {
        packet.clean = true;
        done(null, true);
      };
    });
    expect(await probeUnacknowledged(settingsFor(server), 4)).toMatchObject({
      hasSession: false,
      underWay: 6,
      lost: 6,
    });
  });

  it('says where it has no right to publish', async () => {
    const server = await startAedes((broker) => {
      broker.authorizePublish = (_client, _packet, done) => done(new Error('no'));
    });
    await expect(probeUnacknowledged(settingsFor(server), 4)).rejects.toMatchObject({
      code: expect.stringMatching(/^TG_BROKER_/),
    });
  });
});
