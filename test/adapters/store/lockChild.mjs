// A process that takes and releases the lock of a state folder as it is told, line by line, and says how that went.
import { createInterface } from 'node:readline';
import { acquireLock } from '#built/adapters/store/files/instanceLock';

const [folder] = process.argv.slice(2);
let lock;

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'take') {
    try {
      lock = acquireLock(folder);
      console.log('taken');
    } catch (error) {
      console.log(error.code ?? String(error));
    }
  } else {
    lock?.release();
    lock = undefined;
    console.log('released');
  }
}
