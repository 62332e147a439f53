import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkBroker } from '../../../src/adapters/mqtt/client/checkBroker.ts';
import { LINK_TIMING } from '../../../src/adapters/mqtt/client/linkTiming.ts';
import type { MqttSettings } from '../../../src/domain/mqttSettings.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { hasMosquitto, type Mosquitto, type MosquittoOptions, startMosquitto } from '../../support/mosquitto.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { connack5 } from './fakeBroker.ts';
import { createPeer, createSubject, type Subject, settingsFor } from './harness.ts';

let broker: Mosquitto | undefined;
let subject: Subject | undefined;

afterEach(async () => {
  await subject?.connection.stop();
  await broker?.stop();
  subject = undefined;
  broker = undefined;
});

async function start(options: MosquittoOptions): Promise<Mosquitto> {
  broker = await startMosquitto(options);
  return broker;
}

function connect(settings: MqttSettings, filters: readonly string[] = ['sensors/#']): Subject {
  subject = createSubject(settings, { filters });
  subject.connection.start();
  return subject;
}

describe.skipIf(!hasMosquitto())('user and password', () => {
  it.each([5, 4] as const)(
    'wrong ones are named; put right at the broker, the link comes up, over MQTT %i',
    async (protocol) => {
      const { port, setUsers } = await start({ users: { agent: 'old' } });
      const settings = settingsFor(`mqtt://127.0.0.1:${port}`, { protocol, user: 'agent', password: 'n3w-s3cret' });
      const { event, online, events } = connect(settings);
      expect((await event('BrokerRefused')).reason).toBe('not authorised: check mqtt.user and mqtt.password');
      setUsers({ agent: 'n3w-s3cret' });
      await online();
      expect(JSON.stringify(events)).not.toContain('n3w-s3cret');
    },
  );

  it.each([5, 4] as const)(
    'a missing right to read, which no answer tells, shows in the silence, over MQTT %i',
    async (protocol) => {
      // The SUBACK grants it.
      const { port } = await start({ acl: 'topic readwrite tidegate/#\n' });
      const timing = { ...LINK_TIMING, silentFilters: toDurationMs(200) };
      const settings = settingsFor(`mqtt://127.0.0.1:${port}`, { protocol });
      subject = createSubject(settings, { filters: ['sensors/#'], expectedFilters: ['sensors/#'], timing });
      subject.connection.start();
      await subject.online();
      const peer = await createPeer(port);
      for (const value of ['1', '2', '3']) await peer.publish('sensors/a', value, { qos: 0 });
      expect(await subject.event('FiltersSilent')).toMatchObject({ filters: ['sensors/#'], count: 1 });
      expect([subject.connection.silentFilters, subject.all('FilterRefused')]).toEqual([['sensors/#'], []]);
      await peer.end();
    },
  );

  it('a missing right to publish is counted, the link stays', async () => {
    const { port } = await start({ acl: 'topic read sensors/#\ntopic readwrite tidegate/bridge/#\n' });
    const { connection, event, online, all } = connect(settingsFor(`mqtt://127.0.0.1:${port}`));
    await online();
    connection.publish({ topic: 'tidegate/kitchen', payload: '1', qos: 1, retain: true });
    expect(await event('PublishDropped')).toEqual({
      type: 'PublishDropped',
      cause: 'refused',
      topic: 'tidegate/kitchen',
    });
    expect(all('BrokerDisconnected')).toEqual([]);
  });
});

const DYNAMIC_SECURITY = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib/arm-linux-gnueabihf']
  .map((folder) => join(folder, 'mosquitto_dynamic_security.so'))
  .find(existsSync);

describe.skipIf(!hasMosquitto() || DYNAMIC_SECURITY === undefined)('the right to subscribe', () => {
  // mosquitto 2.0 grants every subscription where rights come from an acl_file, and sends nothing then;
  // only its plugin for dynamic security says no.
  it.each([
    [5, 135],
    [4, 128],
  ] as const)('is missed by name, and the other filters go on, over MQTT %i', async (protocol, code) => {
    const folder = mkdtempSync(join(tmpdir(), 'security-'));
    const file = join(folder, 'security.json');
    const acls = [{ acltype: 'subscribePattern', topic: 'sensors/#', allow: true }];
    const security = {
      defaultACLAccess: { publishClientSend: true, publishClientReceive: true, subscribe: false, unsubscribe: true },
      roles: [{ rolename: 'everyone', acls }],
      groups: [{ groupname: 'everyone', roles: [{ rolename: 'everyone' }] }],
      anonymousGroup: 'everyone',
    };
    writeFileSync(file, JSON.stringify(security));
    const { port } = await start({ config: `plugin ${DYNAMIC_SECURITY}\nplugin_opt_config_file ${file}` });
    // The overlapping filter that is refused comes first: its copies never arrive, the other's must count.
    const settings = settingsFor(`mqtt://127.0.0.1:${port}`, { protocol });
    const { event, messages, online } = connect(settings, ['secret/#', '#', 'sensors/#']);
    expect(await event('FilterRefused')).toEqual({ type: 'FilterRefused', filter: 'secret/#', code });
    expect(await event('FilterRefused', 2)).toEqual({ type: 'FilterRefused', filter: '#', code });
    expect((await event('FiltersGranted')).count).toBe(1);
    await online();
    const peer = await createPeer(port);
    await peer.publish('sensors/a', '1');
    await messages(1);
    await peer.end();
    rmSync(folder, { recursive: true });
  });
});

describe.skipIf(!hasMosquitto())('TLS', () => {
  let certificates: Certificates;

  beforeAll(() => {
    certificates = makeCertificates();
  });

  afterAll(() => certificates.remove());

  async function startTls(requireCertificate = false, identity = certificates.server): Promise<string> {
    const { port } = await start({ tls: { ca: certificates.ca, ...identity, requireCertificate } });
    return `mqtts://127.0.0.1:${port}`;
  }

  it('connects with the CA that signed the broker', async () => {
    const { online } = connect(settingsFor(await startTls(), { ca: certificates.ca }));
    await online();
  });

  it('refuses a broker that no CA vouches for, and says what to set', async () => {
    const { event, all } = connect(settingsFor(await startTls()));
    const { reason } = await event('BrokerRefused');
    expect(reason).toMatch(/^the broker's certificate is not trusted \(\w+\): set mqtt.ca$/);
    expect(all('BrokerConnected')).toEqual([]);
  });

  it("refuses a certificate for another host, unless told that it doesn't matter", async () => {
    const server = await startTls(false, certificates.stranger);
    const settings = settingsFor(server, { ca: certificates.ca });
    const { connection, event } = connect(settings);
    expect((await event('BrokerRefused')).reason).toBe(
      'the broker\'s certificate is not for "127.0.0.1" (ERR_TLS_CERT_ALTNAME_INVALID): check mqtt.server',
    );
    await connection.stop();
    await connect({ ...settings, insecure: true }).online();
  });

  it('shows its own certificate where the broker asks for one', async () => {
    const server = await startTls(true);
    const { connection, event } = connect(settingsFor(server, { ca: certificates.ca }));
    expect((await event('BrokerRefused')).reason).toContain(
      'none is set (ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED): set mqtt.cert and mqtt.key',
    );
    await connection.stop();
    await connect(settingsFor(server, { ca: certificates.ca, ...certificates.client })).online();
  });

  it('names a port that does not speak TLS', async () => {
    const { port } = await start({});
    const { event } = connect(settingsFor(`mqtts://127.0.0.1:${port}`));
    expect((await event('BrokerRefused')).reason).toMatch(new RegExp(`127.0.0.1:${port}|closed the connection`));
  });

  it('is named where the address has none, and a port of HTTP too', async () => {
    const tls = await startTls();
    const { connection, event } = connect(settingsFor(tls.replace('mqtts:', 'mqtt:')));
    expect((await event('BrokerRefused')).reason).toMatch(/TLS.*mqtts:\/\//);
    await connection.stop();
    const web = createServer().listen(0, '127.0.0.1');
    await once(web, 'listening');
    const { port } = web.address() as { port: number };
    const other = connect(settingsFor(`mqtt://127.0.0.1:${port}`));
    expect((await other.event('BrokerRefused')).reason).toMatch(/speaks HTTP: use ws:\/\//);
    await other.connection.stop();
    web.close();
  });

  it('asks for the protocol that is set where a port serves several, and names the setting where it is refused', async () => {
    const { server: identity, ca } = certificates;
    const [cert, key] = [readFileSync(identity.cert), readFileSync(identity.key)];
    const asked: unknown[] = [];
    const port443 = createTlsServer({ cert, key, ALPNProtocols: ['mqtt'] }, (socket) => {
      asked.push(socket.alpnProtocol);
      socket.on('error', () => undefined).once('data', () => socket.write(connack5(136)));
    }).listen(0, '127.0.0.1');
    await once(port443, 'listening');
    const server = `mqtts://127.0.0.1:${(port443.address() as { port: number }).port}`;
    const right = connect(settingsFor(server, { ca, alpn: 'mqtt' }));
    expect((await right.event('BrokerRefused')).reason).toBe('the broker is not available yet');
    expect(asked[0]).toBe('mqtt');
    await right.connection.stop();
    const wrong = connect(settingsFor(server, { ca, alpn: 'coap' }));
    expect((await wrong.event('BrokerRefused')).reason).toMatch(/check mqtt\.alpn$/);
    await wrong.connection.stop();
    port443.close();
  });

  it('is found out by a check where the port closes on us without a word', async () => {
    const { cert, key } = certificates.server;
    const server = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) });
    server.on('tlsClientError', (_error, socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    await expect(checkBroker(settingsFor(`mqtt://127.0.0.1:${port}`))).rejects.toMatchObject({
      code: 'TG_BROKER_UNREACHABLE',
      message: expect.stringMatching(/speaks TLS: use mqtts:\/\//),
    });
    server.close();
    // Another that closes is not called so.
    const mute = createNetServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const plain = `mqtt://127.0.0.1:${(mute.address() as { port: number }).port}`;
    await expect(checkBroker(settingsFor(plain))).rejects.toMatchObject({
      message: expect.not.stringMatching(/speaks TLS/),
    });
    mute.close();
  });

  it.each(['ca', 'cert', 'key'] as const)('does not start with a file for %s that holds none', (name) => {
    const file = join(certificates.folder, 'notes.txt');
    writeFileSync(file, 'remember the milk\n');
    const { cert, key } = certificates.client;
    const settings = settingsFor('mqtts://127.0.0.1:1', { ca: certificates.ca, cert, key, [name]: file });
    expect(() => createSubject(settings).connection.start()).toThrow(
      expect.objectContaining({
        code: 'TG_CONFIG_UNREADABLE',
        message: `cannot read mqtt.${name} ${file}: it holds no ${name === 'key' ? 'private key' : 'certificate'} in PEM`,
      }),
    );
  });

  it('reads renewed files at the next connect, and survives unreadable ones', async () => {
    const ca = join(certificates.folder, 'renewed.crt');
    copyFileSync(certificates.client.cert, ca);
    const { event, online } = connect(settingsFor(await startTls(), { ca }));
    expect((await event('BrokerRefused')).reason).toContain('not trusted');
    rmSync(ca);
    await expect.poll(() => subject?.all('BrokerRefused').at(-1)?.reason).toBe(`cannot read mqtt.ca ${ca}: ENOENT`);
    copyFileSync(certificates.ca, ca);
    await online();
  });

  it('does not start with a file that cannot be read', () => {
    const settings = settingsFor('mqtts://127.0.0.1:1', { ca: '/nowhere/ca.crt' });
    expect(() => createSubject(settings).connection.start()).toThrow(
      expect.objectContaining({ code: 'TG_CONFIG_UNREADABLE', message: 'cannot read mqtt.ca /nowhere/ca.crt: ENOENT' }),
    );
  });
});
