import { freePort, ownFile, startProcess } from './tools.mjs';

export default {
  name: 'aedes',
  package: 'npm: aedes (a dependency)',
  find: () => undefined,
  async start(folder) {
    const port = await freePort();
    return startProcess(folder, port, process.execPath, [ownFile('aedesBroker.mjs'), String(port)]);
  },
};
