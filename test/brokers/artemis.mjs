import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheOf, freePort, missing, run, startProcess } from './tools.mjs';

const VERSION = '2.40.0';
const FOLDER = cacheOf('artemis');
const ARTEMIS = join(FOLDER, `apache-artemis-${VERSION}`, 'bin', 'artemis');

export default {
  name: 'Artemis',
  package: `Maven: org.apache.activemq:apache-artemis:${VERSION}:zip:bin`,
  protocol: '3.1.1',
  note: 'over MQTT 5 this version sends nothing more once what was not acknowledged over all connections fills the receive maximum',
  find: () => missing(['java'], [ARTEMIS]),
  install() {
    if (existsSync(ARTEMIS)) return;
    mkdirSync(FOLDER, { recursive: true });
    const artifact = `org.apache.activemq:apache-artemis:${VERSION}:zip:bin`;
    run('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${FOLDER}`]);
    run('unzip', ['-q', '-o', join(FOLDER, `apache-artemis-${VERSION}-bin.zip`), '-d', FOLDER]);
  },
  async start(folder) {
    const port = await freePort();
    const instance = join(folder, 'instance');
    const user = ['--user', 'a', '--password', 'a', '--allow-anonymous'];
    const bare = ['--no-amqp-acceptor', '--no-hornetq-acceptor', '--no-stomp-acceptor', '--no-web', '--no-autotune'];
    execFileSync(ARTEMIS, ['create', ...user, ...bare, '--host', '127.0.0.1', '--silent', instance], {
      stdio: 'ignore',
    });
    const config = join(instance, 'etc', 'broker.xml');
    const acceptors = `<acceptors><acceptor name="mqtt">tcp://127.0.0.1:${port}?protocols=MQTT</acceptor></acceptors>`;
    const text = readFileSync(config, 'utf8').replace(/<acceptors>[\s\S]*<\/acceptors>/, acceptors);
    writeFileSync(config, text);
    return startProcess(folder, port, join(instance, 'bin', 'artemis'), ['run']);
  },
};
