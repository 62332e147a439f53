// mosquitto on a port that outlives it, without a memory of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { awaitBroker, freePort, missing } from '../brokers/tools.mjs';
import { owned } from '../support/leftovers.mjs';

/** @returns why it cannot be started; undefined: it can */
export function whatMosquittoMisses() {
  return missing(['mosquitto']) && 'mosquitto (Debian: mosquitto)';
}

/** @param port 0: one that is free */
export async function startMosquitto(folder, port = 0) {
  const chosen = port || (await freePort());
  const config = join(folder, 'mosquitto.conf');
  const lines = [`user ${userInfo().username}`, `listener ${chosen} 127.0.0.1`, 'allow_anonymous true', ''];
  writeFileSync(config, lines.join('\n'));
  const child = owned(spawn('mosquitto', ['-c', config], { stdio: 'ignore' }));
  await awaitBroker(chosen, child);
  return {
    port: chosen,
    async stop() {
      if (child.exitCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}
