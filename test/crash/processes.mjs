// The processes of a run: a broker with a queue that is long enough, the sensors, and the daemon, which may be killed.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { freePort } from '../support/freePort.mjs';
import { owned } from '../support/leftovers.mjs';

const MAIN = new URL('../../dist/main.js', import.meta.url).pathname;
const PUBLISHER = new URL('./publisher.mjs', import.meta.url);
const READY_MS = 15_000;

export async function startBroker(folder) {
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(
    config,
    `user ${userInfo().username}\nlistener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 10000000\nmax_queued_bytes 0\n`,
  );
  const child = owned(spawn('mosquitto', ['-c', config], { stdio: 'ignore' }));
  for (const end = Date.now() + READY_MS; ; await sleep(50)) {
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`);
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
    const isUp = await new Promise((resolve) => {
      client.once('connect', () => resolve(true));
      client.once('close', () => resolve(false));
      client.once('error', () => resolve(false));
    });
    await client.endAsync(true);
    if (isUp) return { port, stop: () => endChild(child, 'SIGTERM') };
    if (Date.now() > end) throw new Error('mosquitto does not answer');
  }
}

/** @returns a promise of its end, and how many messages it has sent so far */
export function startPublisher(options) {
  const child = owned(fork(PUBLISHER, [JSON.stringify(options)]));
  const progress = { sent: 0, acknowledged: 0 };
  child.on('message', (news) => Object.assign(progress, news));
  const done = once(child, 'exit').then(([code]) => {
    if (code !== 0) throw new Error(`the publisher ended with ${code}`);
  });
  return { progress, done };
}

// Learning is never thinned: what was thinned when is another in each run.
export function configOf({ port, folder, mode, streams, protocol, times, isStateKnown }) {
  const state = isStateKnown
    ? [
        `state: {dir: ${join(folder, 'state')}, durability: ${mode}}`,
        `limits: {streams: ${streams}, thin_after: 0, overflow: block}`,
      ]
    : [`limits: {streams: ${streams}}`];
  return [
    `mqtt: {server: "mqtt://127.0.0.1:${port}", qos: 1, protocol: ${protocol}, client_id: crash-test}`,
    `defaults: {time: {from: ${times ? 'message, sanity: off' : 'arrival'}, zone: UTC}, publish: {min_interval: 0s, forecast: on}, model: {profile: tiny}}`,
    'streams: [{topic: crash/+, target: v}]',
    ...state,
    'health: {interval: 1s}',
    'log: {format: json}',
    '',
  ].join('\n');
}

/** Whether this build knows the section `state`: a comparison without it is possible before it does. */
export async function knowsState(folder) {
  const config = join(folder, 'probe.yaml');
  writeFileSync(
    config,
    configOf({ port: 1, folder, mode: 'none', streams: 1, protocol: 5, isStateKnown: true, times: false }),
  );
  const child = owned(spawn(process.execPath, [MAIN, 'check', '-c', config], { stdio: 'ignore' }));
  const [code] = await once(child, 'exit');
  return code === 0;
}

/** @param flags of Node.js itself */
export function createDaemon(folder, config, flags = []) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'tidegate.yaml');
  writeFileSync(file, config);
  let child;
  let log = '';
  return {
    log: () => log,
    start() {
      const args = [...flags, MAIN, 'run', '-c', file];
      const started = owned(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] }));
      child = started;
      started.stderr.on('data', (text) => {
        log = (log + text).slice(-200_000);
      });
      started.once('exit', (code, signal) => {
        if (unwanted.has(started)) return;
        process.stderr.write(`the daemon ended by itself with ${code ?? signal}:\n${log.slice(-2000)}\n`);
        process.exit(1);
      });
    },
    pid: () => child.pid,
    kill: () => endChild(child, 'SIGKILL'),
    stop: () => endChild(child, 'SIGTERM'),
  };
}

/** Processes that were told to end. */
const unwanted = new WeakSet();

async function endChild(child, signal) {
  unwanted.add(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}
