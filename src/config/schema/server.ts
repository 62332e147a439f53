import * as v from 'valibot';
import type { About } from './about.ts';

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 };
const MEANT: Readonly<Record<string, string>> = {
  'tcp:': 'mqtt://',
  'ssl:': 'mqtts://',
  'tls:': 'mqtts://',
  'http:': 'mqtt:// (or ws://, where the broker speaks MQTT over websockets)',
  'https:': 'mqtts:// (or wss://, where the broker speaks MQTT over websockets)',
};

/** The broker's URL, its port filled in. Carries its help itself: the JSON schema sees nothing behind a transformation. */
export function server(help: v.MetadataAction<string, About>): v.GenericSchema<string, string> {
  return v.pipe(
    v.string('expected the URL of the broker, such as mqtt://localhost:1883'),
    v.metadata({ kind: 'URL' }),
    help,
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const read = readServer(dataset.value);
      if ('url' in read) return read.url;
      addIssue({ message: read.fault });
      return NEVER;
    }),
  );
}

/** No message holds any part of the URL: it may carry a password. */
function readServer(text: string): { readonly url: string } | { readonly fault: string } {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    return { fault: 'expected a URL with a scheme in front, such as mqtt://localhost:1883' };
  if (!URL.canParse(text)) return { fault: 'is not a valid URL; expected something like mqtt://localhost:1883' };
  const url = new URL(text);
  const defaultPort = DEFAULT_PORTS[url.protocol];
  if (defaultPort === undefined) {
    const meant = MEANT[url.protocol];
    return {
      fault: `expected mqtt://, mqtts://, ws:// or wss://${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    };
  }
  if (url.username !== '' || url.password !== '')
    return { fault: 'user and password do not belong in the URL: use mqtt.user and mqtt.password' };
  if (url.hostname === '') return { fault: 'the host is missing, as in mqtt://localhost:1883' };
  if (url.port === '0') return { fault: 'the port must be from 1 to 65535' };
  const location = `${url.pathname}${url.search}${url.hash}`;
  const isWeb = url.protocol.startsWith('ws');
  if (!isWeb && location !== '' && location !== '/')
    return { fault: 'only ws:// and wss:// may have something after the host and port' };
  const port = url.port === '' ? defaultPort : url.port;
  return { url: `${url.protocol}//${url.hostname}:${port}${isWeb && location !== '/' ? location : ''}` };
}
