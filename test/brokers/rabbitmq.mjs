import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd } from '../support/leftovers.mjs';
import { awaitBroker, endGroup, freePort, launch, missing } from './tools.mjs';

/** The wrapper of the package in the path wants the user rabbitmq; this is what it calls. */
const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';

export default {
  name: 'RabbitMQ',
  package: 'Debian: rabbitmq-server (with its plugin rabbitmq_mqtt)',
  find: () => missing(['epmd'], [SERVER]) && 'not installed',
  async start(folder) {
    const [port, amqp, dist, epmd] = [await freePort(), await freePort(), await freePort(), await freePort()];
    const home = join(folder, 'home');
    mkdirSync(home, { recursive: true });
    const plugins = join(folder, 'enabled_plugins');
    writeFileSync(plugins, '[rabbitmq_mqtt].\n');
    const config = join(folder, 'rabbitmq.conf');
    const lines = [`listeners.tcp.1 = 127.0.0.1:${amqp}`, `mqtt.listeners.tcp.1 = 127.0.0.1:${port}`];
    writeFileSync(config, [...lines, 'mqtt.allow_anonymous = true', ''].join('\n'));
    const env = {
      ...process.env,
      HOME: home,
      ERL_EPMD_PORT: String(epmd),
      RABBITMQ_NODENAME: `tidegate${port}@localhost`,
      RABBITMQ_NODE_PORT: String(amqp),
      RABBITMQ_DIST_PORT: String(dist),
      RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
      RABBITMQ_LOG_BASE: join(folder, 'log'),
      RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
      RABBITMQ_CONFIG_FILE: config,
    };
    const child = launch(folder, SERVER, [], { env });
    // Erlang's name server leaves every group.
    const endNames = () => execFileSync('epmd', ['-port', String(epmd), '-kill'], { env, stdio: 'ignore' });
    const release = atEnd(endNames);
    const stop = async () => {
      await endGroup(child);
      release();
      try {
        endNames();
      } catch {
        // It is gone already.
      }
    };
    try {
      await awaitBroker(port, child);
    } catch (error) {
      await stop();
      throw error;
    }
    return { port, stop };
  },
};
