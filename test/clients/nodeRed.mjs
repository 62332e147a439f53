// A real Node-RED against the decoder: `npm run test:clients`. The package node-red is fetched below .cache/; a flow sends a number, a text, an
// object, a switch and bytes with its own `mqtt out` node to the broker of the demonstration, and `tidegate decode` says what is read of them.
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { owned, ownedFolder } from '../support/leftovers.mjs';
import { fetchNodeRed, startNodeRed } from './redProcess.mjs';

/** What is sent each second, and what has to be read of it. */
const SENT = [
  { topic: 'red/number', code: '21.5', read: [['red/number', 21.5]] },
  { topic: 'red/text', code: '"22.25"', read: [['red/text', 22.25]] },
  {
    topic: 'red/object',
    code: '{temperature: 20.125, humidity: 41, name: "hall"}',
    read: [
      ['red/object#temperature', 20.125],
      ['red/object#humidity', 41],
    ],
  },
  { topic: 'red/deep', code: '{meter: {power: 1200.5}}', read: [['red/deep#meter.power', 1200.5]] },
  { topic: 'red/switch', code: 'true', read: [['red/switch', 1]] },
  { topic: 'red/bytes', code: 'Buffer.from("23.75")', read: [['red/bytes', 23.75]] },
];

fetchNodeRed();
const { startEmbeddedBroker } = await import(
  new URL('../../build/adapters/broker/embeddedBroker.js', import.meta.url).href
);
const broker = await startEmbeddedBroker({});
const folder = ownedFolder('tidegate-node-red-');
const messages = SENT.map(({ topic, code }) => `{topic: ${JSON.stringify(topic)}, payload: ${code}}`).join(', ');
const flow = [
  { id: 'tab', type: 'tab', label: 'tidegate' },
  {
    id: 'broker',
    type: 'mqtt-broker',
    broker: '127.0.0.1',
    port: new URL(broker.url).port,
    clientid: '',
    autoConnect: true,
    usetls: false,
    protocolVersion: '4',
    keepalive: '60',
    cleansession: true,
  },
  { id: 'each', type: 'inject', z: 'tab', props: [], repeat: '1', once: true, onceDelay: 0.5, wires: [['make']] },
  { id: 'make', type: 'function', z: 'tab', outputs: 1, wires: [['out']], func: `return [[${messages}]];` },
  { id: 'out', type: 'mqtt out', z: 'tab', topic: '', qos: '1', retain: '', broker: 'broker', wires: [] },
];
let red;
let status = 1;
try {
  red = await startNodeRed(folder, flow, 'Connected to broker');
  const main = new URL('../../dist/main.js', import.meta.url).pathname;
  const args = [main, 'decode', broker.url, '--seconds', '4', '--booleans'];
  const decoding = promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 });
  owned(decoding.child);
  const { stdout } = await decoding;
  const read = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const missing = SENT.flatMap(({ read: wanted }) => wanted).filter(
    ([stream, value]) => !read.some((one) => one.stream === stream && one.value === value),
  );
  const dropped = read.filter((one) => one.dropped !== undefined && one.topic.startsWith('red/'));
  console.log(
    JSON.stringify({
      nodeRed: red.version,
      messages: SENT.length,
      lines: read.length,
      missing,
      dropped: dropped.slice(0, 5),
    }),
  );
  status = missing.length === 0 && read.length >= SENT.length ? 0 : 1;
} finally {
  await red?.stop();
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);
