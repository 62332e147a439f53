import { describe, expect, it } from 'vitest';
import { errorOf, parse } from '../context.ts';

const messageOf = (text: string): string => errorOf(() => parse(text)).message;

const MQTT = 'mqtt: {server: mqtt://b}\n';
const STREAMS = 'streams: [{topic: a/+}]\n';

describe('what people write', () => {
  it.each([
    [
      'host',
      `mqtt: {host: b}\n${STREAMS}`,
      'mqtt.host: unknown option; the address is one option: server: mqtt://HOST:1883',
    ],
    [
      'port',
      `mqtt: {server: mqtt://b, port: 1883}\n${STREAMS}`,
      'mqtt.port: unknown option; the address is one option',
    ],
    ['username', `mqtt: {server: mqtt://b, username: u}\n${STREAMS}`, 'did you mean user?'],
    ['tls', `mqtt: {server: mqtt://b, tls: true}\n${STREAMS}`, 'mqtts://HOST:8883'],
    ['http', `mqtt: {server: http://b}\n${STREAMS}`, 'did you mean mqtt:// (or ws://'],
    [
      'a star',
      `${MQTT}streams: [{topic: zigbee2mqtt/*}]\n`,
      'the wildcards of MQTT are + for one level and # for all below',
    ],
    ['an option of a section', `${MQTT}streams: [{topic: a/+, hidden: 16}]\n`, 'did you mean model.hidden?'],
    [
      'a server that is not indented',
      `mqtt:\nserver: mqtt://b\n${STREAMS}`,
      'it belongs below mqtt:, two blanks further in',
    ],
    [
      'tabs',
      `mqtt:\n\tserver: mqtt://b\n${STREAMS}`,
      'tidegate.yaml:2:1: begins with a tab: YAML is indented by blanks',
    ],
    [
      'one blank too few',
      `${MQTT}streams:\n  - topic: a/+\n   fields: [a]\n`,
      'is indented by another number of blanks',
    ],
    [
      'two blanks too few',
      `${MQTT}streams:\n  - topic: a/+\n  fields: [a]\n`,
      'is indented by another number of blanks',
    ],
  ])('%s is answered with what is meant', (_, text, expected) => {
    expect(messageOf(text)).toContain(expected);
  });

  it('a password with a # behind a blank is not cut in silence, nor shown', () => {
    const cut = messageOf(`mqtt:\n  server: mqtt://b\n  user: u\n  password: abc #def\n${STREAMS}`);
    expect(cut).toContain(
      'tidegate.yaml:4:13: mqtt.password: a # after a blank begins a comment: put the value in quotes',
    );
    expect(cut).not.toMatch(/abc|def/);
    for (const fine of ['"abc #def"', 'abc#def', 'abc # from the vault'])
      expect(() => parse(`mqtt:\n  server: mqtt://b\n  user: u\n  password: ${fine}\n${STREAMS}`)).not.toThrow();
  });
});
