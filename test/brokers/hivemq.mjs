import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheOf, fetchJars, freePort, missing, ownFile, startProcess } from './tools.mjs';

const VERSION = '2025.5';
const FOLDER = cacheOf('hivemq');
const LIB = join(FOLDER, 'lib');
const JAR = join(LIB, `hivemq-community-edition-embedded-${VERSION}.jar`);
const OPENS = [
  'java.base/java.lang',
  'java.base/java.nio',
  'java.base/sun.nio.ch',
  'jdk.management/com.sun.management.internal',
];

export default {
  name: 'HiveMQ CE',
  package: `Maven: com.hivemq:hivemq-community-edition-embedded:${VERSION}`,
  note: 'it drops what waits beyond 1,000 messages as it comes; here it keeps 100,000',
  find: () => missing(['java'], [JAR]),
  install: () => existsSync(JAR) || fetchJars(FOLDER, 'com.hivemq', 'hivemq-community-edition-embedded', VERSION),
  async start(folder) {
    const port = await freePort();
    const conf = join(folder, 'conf');
    for (const name of ['conf', 'data', 'extensions']) mkdirSync(join(folder, name), { recursive: true });
    const listener = `<tcp-listener><port>${port}</port><bind-address>127.0.0.1</bind-address></tcp-listener>`;
    const queue = '<queued-messages><max-queue-size>100000</max-queue-size></queued-messages>';
    const listeners = `<listeners>${listener}</listeners><mqtt>${queue}</mqtt>`;
    const quiet = '<anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>';
    writeFileSync(join(conf, 'config.xml'), `<?xml version="1.0"?><hivemq>${listeners}${quiet}</hivemq>`);
    const opens = OPENS.flatMap((name) => ['--add-opens', `${name}=ALL-UNNAMED`]);
    const main = [ownFile('hivemq/Broker.java'), folder];
    return startProcess(folder, port, 'java', [...opens, '-Xmx512m', '-cp', `${LIB}/*`, ...main], { cwd: folder });
  },
};
