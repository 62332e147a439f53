import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort, missing, startProcess } from './tools.mjs';

export default {
  name: 'mosquitto',
  package: 'Debian: mosquitto',
  find: () => missing(['mosquitto']),
  async start(folder) {
    const port = await freePort();
    const config = join(folder, 'mosquitto.conf');
    const lines = ['allow_anonymous true', 'max_queued_messages 10000000', 'max_queued_bytes 0'];
    writeFileSync(config, [`user ${userInfo().username}`, `listener ${port} 127.0.0.1`, ...lines, ''].join('\n'));
    return startProcess(folder, port, 'mosquitto', ['-c', config]);
  },
};
