import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { option } from '../../../src/config/schema/about.ts';
import { server } from '../../../src/config/schema/server.ts';

const broker = server(option('restart', 'Broker', 'URL of the broker.'));

describe('server', () => {
  it.each([
    ['mqtt://localhost', 'mqtt://localhost:1883'],
    ['mqtt://localhost/', 'mqtt://localhost:1883'],
    ['mqtts://broker.lan', 'mqtts://broker.lan:8883'],
    ['mqtt://10.0.0.2:1884', 'mqtt://10.0.0.2:1884'],
    ['mqtt://[::1]', 'mqtt://[::1]:1883'],
    ['MQTT://host', 'mqtt://host:1883'],
    ['ws://host', 'ws://host:80'],
    ['wss://host/mqtt?x=1', 'wss://host:443/mqtt?x=1'],
    ['ws://host:9001/', 'ws://host:9001'],
  ])('completes %s', (text, url) => {
    expect(v.parse(broker, text)).toBe(url);
  });

  it.each([
    ['localhost', /scheme/],
    ['localhost:1883', /scheme/],
    ['mqtt:localhost', /scheme/],
    ['tcp://host', /did you mean mqtt:/],
    ['ssl://host', /did you mean mqtts:/],
    ['https://host', /did you mean mqtts:\/\/ \(or wss:/],
    ['ftp://host', /expected mqtt:\/\/, mqtts:\/\/, ws:\/\/ or wss:\/\/$/],
    ['mqtt://', /host is missing/],
    ['mqtt://:1883', /not a valid URL/],
    ['mqtt://host:99999', /not a valid URL/],
    ['mqtt://host:0', /port/],
    ['mqtt://a b', /not a valid URL/],
    ['mqtt://host/path', /only ws/],
    ['mqtt://user@host', /mqtt\.user and mqtt\.password/],
    ['mqtt://user:pw@host', /mqtt\.user and mqtt\.password/],
  ])('refuses %s', (text, fault) => {
    const { success, issues } = v.safeParse(broker, text);
    expect([success, issues?.map(({ message }) => message)]).toEqual([false, [expect.stringMatching(fault)]]);
  });
});
