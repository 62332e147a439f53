import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheOf, freePort, missing, ownFile, run, startProcess } from './tools.mjs';

const VERSION = 'v2.7.9';
const FOLDER = cacheOf('mochi');
const PROGRAM = join(FOLDER, 'broker');

export default {
  name: 'mochi',
  package: `Go: github.com/mochi-mqtt/server/v2@${VERSION}`,
  loses: 'beyond the window of a client it forgets messages as soon as they are sent',
  find: () => missing([], [PROGRAM]),
  install() {
    if (existsSync(PROGRAM)) return;
    mkdirSync(FOLDER, { recursive: true });
    copyFileSync(ownFile('mochi/main.go'), join(FOLDER, 'main.go'));
    const options = { cwd: FOLDER };
    if (!existsSync(join(FOLDER, 'go.mod'))) run('go', ['mod', 'init', 'tidegate/mochi'], options);
    run('go', ['get', `github.com/mochi-mqtt/server/v2/hooks/auth@${VERSION}`], options);
    run('go', ['build', '-o', PROGRAM, '.'], options);
  },
  async start(folder) {
    const port = await freePort();
    return startProcess(folder, port, PROGRAM, [`127.0.0.1:${port}`]);
  },
};
