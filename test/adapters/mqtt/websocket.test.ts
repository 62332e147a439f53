import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import { Aedes } from 'aedes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Certificates, makeCertificates } from './certificates.ts';
import { createSubject, settingsFor } from './harness.ts';

interface WebSockets {
  WebSocketServer: new (
    options: object,
  ) => { on(event: 'connection', take: (socket: object, request: { url: string }) => void): void };
  createWebSocketStream(socket: object): Duplex;
}

/** The websockets that mqtt.js itself uses; Debian's mosquitto 2.0 has none in every build. */
const { WebSocketServer, createWebSocketStream } = createRequire(createRequire(import.meta.url).resolve('mqtt'))(
  'ws',
) as WebSockets;

describe('websockets', () => {
  let aedes: Aedes;
  let certificates: Certificates;
  let server: Server;
  const paths: string[] = [];

  beforeEach(async () => {
    aedes = await Aedes.createBroker();
    certificates = makeCertificates();
  });

  afterEach(async () => {
    await new Promise<void>((resolve) => aedes.close(resolve));
    server.closeAllConnections();
    server.close();
    certificates.remove();
  });

  it.each(['ws', 'wss'])('carry messages in and out over %s', async (scheme) => {
    const { ca, server: identity } = certificates;
    server =
      scheme === 'ws'
        ? createServer()
        : createSecureServer({ cert: readFileSync(identity.cert), key: readFileSync(identity.key) });
    new WebSocketServer({ server }).on('connection', (socket, { url }) => {
      paths.push(url);
      aedes.handle(createWebSocketStream(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const settings = settingsFor(`${scheme}://127.0.0.1:${port}/mqtt`, scheme === 'wss' ? { ca } : {});
    const { connection, messages, online, event } = createSubject(settings);
    connection.start();
    await online();
    expect(paths.at(-1)).toBe('/mqtt');
    const echo = new Promise((resolve) =>
      aedes.on('publish', ({ topic, payload }) => {
        if (topic === 'tidegate/x') resolve(payload.toString());
      }),
    );
    connection.publish({ topic: 'tidegate/x', payload: '7', qos: 1, retain: false });
    expect(await echo).toBe('7');
    aedes.publish(
      { cmd: 'publish', topic: 'sensors/a', payload: Buffer.from('1'), qos: 0, retain: false, dup: false },
      () => undefined,
    );
    await messages(1);
    server.closeAllConnections();
    await connection.stop();
    expect((await event('BrokerConnected')).server).toBe(`${scheme}://127.0.0.1:${port}`);
  });

  it('name a server that is not a broker', async () => {
    server = createServer((_request, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { connection, event } = createSubject(settingsFor(`ws://127.0.0.1:${port}/mqtt`));
    connection.start();
    expect((await event('BrokerRefused')).reason).toMatch(/^no websocket at \/mqtt \(404\)/);
    await event('BrokerRefused', 2);
    await connection.stop();
  });
});
