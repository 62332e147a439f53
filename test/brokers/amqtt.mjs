import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheOf, freePort, missing, run, startProcess } from './tools.mjs';

const FOLDER = cacheOf('amqtt');
const PROGRAM = join(FOLDER, 'bin', 'amqtt');

export default {
  name: 'amqtt',
  package: 'PyPI: amqtt',
  protocol: '3.1.1',
  loses: 'it keeps no session for a client that is away',
  find: () => missing([], [PROGRAM]),
  install() {
    if (existsSync(PROGRAM)) return;
    run('python3', ['-m', 'venv', FOLDER]);
    run(join(FOLDER, 'bin', 'pip'), ['-q', 'install', 'amqtt']);
  },
  async start(folder) {
    const port = await freePort();
    const config = join(folder, 'amqtt.yaml');
    const plugin = 'amqtt.plugins.authentication.AnonymousAuthPlugin: {allow_anonymous: true}';
    const listener = `listeners: {default: {type: tcp, bind: "127.0.0.1:${port}"}}`;
    writeFileSync(config, [listener, `plugins: {${plugin}}`, ''].join('\n'));
    return startProcess(folder, port, PROGRAM, ['-c', config]);
  },
};
