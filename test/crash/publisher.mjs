// The sensors, as a process of their own: `messages` readings in turn over the streams, at an even pace, with QoS 1.
// The value is the number of the message in its stream, up to `span`; with `times` each has a time of its own, by which one that comes twice is known.
import mqtt from 'mqtt';

/** Unacknowledged ones at most; the broker takes 20 at once anyway. */
const MOST_WAITING = 1000;
const TICK_MS = 10;

const { port, messages, streams, rate, from, start, times, span = 97 } = JSON.parse(process.argv[2] ?? '{}');
const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
const startedAt = performance.now();
let sent = 0;
let acknowledged = 0;

const fail = (error) => {
  process.stderr.write(`publisher: ${error}\n`);
  process.exit(1);
};
client.on('close', () => acknowledged < messages && fail('the broker has gone'));

function publish(index) {
  const number = from + Math.floor(index / streams);
  const reading = { v: number % span, seq: number, ...(times && { time: start + 1000 * number }) };
  client.publish(`crash/s${index % streams}`, JSON.stringify(reading), { qos: 1 }, (error) => {
    if (error) fail(error);
    acknowledged += 1;
    if (acknowledged === messages) client.end(false, () => process.exit(0));
  });
}

const timer = setInterval(() => {
  const due = Math.min(messages, Math.ceil(((performance.now() - startedAt) / 1000) * rate));
  while (sent < due && sent - acknowledged < MOST_WAITING) publish(sent++);
  process.send?.({ sent, acknowledged });
  if (sent === messages) clearInterval(timer);
}, TICK_MS);
