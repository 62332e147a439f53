// A real Node-RED, fetched below .cache/, without a user's settings.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/freePort.mjs';
import { owned } from '../support/leftovers.mjs';

const CLIENT = 'node-red@4.1.8';
const FOLDER = resolve('.cache/node-red');
const RED = join(FOLDER, 'node_modules/node-red/red.js');
/** Node-RED starts within this, on a slow machine too. */
const LONGEST_START_MS = 120_000;
const END_MS = 15_000;

/** Fetches Node-RED where it is not there. Ends the program with 69 where the package registry does not give it. */
export function fetchNodeRed() {
  if (existsSync(RED)) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'package.json'), '{"private":true}');
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', CLIENT];
  try {
    execFileSync('npm', args, { cwd: FOLDER, stdio: 'inherit' });
  } catch {
    console.error(`${CLIENT} is missing: the package registry did not give it`);
    process.exit(69);
  }
}

/**
 * Starts Node-RED and waits until its log has a text.
 * @param folder for its files, which the caller removes
 * @param flow the nodes that it begins with
 * @param until a text of its log
 */
export async function startNodeRed(folder, flow, until) {
  const port = await freePort();
  writeFileSync(join(folder, 'flows.json'), JSON.stringify(flow));
  const settings = {
    uiHost: '127.0.0.1',
    uiPort: port,
    flowFile: 'flows.json',
    credentialSecret: false,
    telemetry: { enabled: false, updateNotification: false },
    userDir: folder,
  };
  writeFileSync(join(folder, 'settings.js'), `module.exports = ${JSON.stringify(settings)};\n`);
  const args = [RED, '-s', join(folder, 'settings.js'), '-u', folder];
  const child = owned(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      log += text;
    });
  const ended = once(child, 'exit');
  async function stop() {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(timer);
  }
  for (let waited = 0; !log.includes(until); waited += 100) {
    if (child.exitCode === null && waited <= LONGEST_START_MS) await sleep(100);
    else {
      await stop();
      throw new Error(`Node-RED does not say "${until}":\n${log}`);
    }
  }
  return {
    url: `http://127.0.0.1:${port}`,
    version: /Node-RED version: (\S+)/.exec(log)?.[1],
    log: () => log,
    /** Complaints since it was up; before, it has some about settings that nobody has made. */
    complaints: () =>
      log
        .slice(log.indexOf(until))
        .split('\n')
        .filter((line) => /\[(warn|error)\]/.test(line)),
    stop,
  };
}
