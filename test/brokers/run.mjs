// The crash loop at every broker that is there: `npm run test:brokers -- --only RabbitMQ,aedes --messages 5000 --kills 3`
// Readings with QoS 1, and the daemon killed with kill -9 while they come. Printed is a table: readings that were lost and
// readings that were learned twice. A broker that is not there is named and left out; `--install` fetches those that a package manager has
// as a library into `.cache/brokers` first (mosquitto and RabbitMQ are packages of the system). Exit status 1: a broker that keeps what it
// must shows another figure than 0. `--keep`: the files stay.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { leave, ownedFolder } from '../support/leftovers.mjs';
import { BROKERS } from './brokers.mjs';
import { crashLoop } from './loop.mjs';

const { values } = parseArgs({
  options: {
    install: { type: 'boolean', default: false },
    only: { type: 'string' },
    messages: { type: 'string', default: '5000' },
    streams: { type: 'string', default: '10' },
    rate: { type: 'string', default: '350' },
    kills: { type: 'string', default: '3' },
    pause: { type: 'string', default: '500' },
    keep: { type: 'boolean', default: false },
  },
});
const count = (name) => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name}: a whole number`);
  return value;
};
const say = (text) => process.stderr.write(`${text}\n`);
const only = values.only?.toLowerCase().split(',');
const isWanted = ({ name }) => only === undefined || only.some((part) => name.toLowerCase().startsWith(part));
const streams = count('streams');
const messages = Math.ceil(count('messages') / streams) * streams;
const kills = Array.from({ length: count('kills') }, (_, i) => Math.round((messages * (i + 0.5)) / count('kills')));
const options = { messages, streams, rate: count('rate'), kills, pauseMs: count('pause'), say };
const folder = ownedFolder('tidegate-brokers-');
if (values.keep) leave(folder);

function install(broker) {
  try {
    broker.install?.();
  } catch (error) {
    say(`${broker.name}: could not be fetched (${broker.package}): ${error.message}`);
  }
}

/** @returns a row of the table */
async function tryOut(broker) {
  const { name, loses, note = '' } = broker;
  const reason = broker.find();
  if (reason !== undefined) return { name, isGood: true, cells: ['-', '-', `left out: ${reason} (${broker.package})`] };
  try {
    const { lost, twice } = await crashLoop(broker, join(folder, name.replaceAll(' ', '-')), options);
    const isGood = twice === 0 && (loses !== undefined || lost === 0);
    return { name, isGood, cells: [lost, twice, loses ?? note] };
  } catch (error) {
    return { name, isGood: loses !== undefined, cells: ['?', '?', `failed: ${error.message} ${loses ?? ''}`] };
  }
}

try {
  const rows = [];
  for (const broker of BROKERS.filter(isWanted)) {
    if (values.install) install(broker);
    rows.push(await tryOut(broker));
    say(JSON.stringify(rows.at(-1)));
  }
  const setting = `${messages} readings with QoS 1, ${streams} streams, ${options.rate}/s, ${kills.length} times kill -9`;
  const lines = rows.map(({ name, cells }) => `| ${[name, ...cells].join(' | ')} |`);
  process.stdout.write(`${setting}\n| broker | lost | twice | |\n|---|---|---|---|\n${lines.join('\n')}\n`);
  process.exitCode = rows.every(({ isGood }) => isGood) ? 0 : 1;
} finally {
  if (values.keep) say(`kept: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
