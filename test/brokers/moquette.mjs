import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheOf, fetchJars, freePort, missing, ownFile, startProcess } from './tools.mjs';

const VERSION = '0.17';
const FOLDER = cacheOf('moquette');
const LIB = join(FOLDER, 'lib');
const JAR = join(LIB, `moquette-broker-${VERSION}.jar`);

export default {
  name: 'Moquette',
  package: `Maven: io.moquette:moquette-broker:${VERSION}`,
  loses: 'it forgets what was sent and not acknowledged when a connection breaks',
  find: () => missing(['java'], [JAR]),
  install: () => existsSync(JAR) || fetchJars(FOLDER, 'io.moquette', 'moquette-broker', VERSION),
  async start(folder) {
    const port = await freePort();
    const main = [ownFile('moquette/Broker.java'), String(port), folder];
    return startProcess(folder, port, 'java', ['-Xmx512m', '-cp', `${LIB}/*`, ...main], { cwd: folder });
  },
};
