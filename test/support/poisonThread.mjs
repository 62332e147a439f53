// The entry of a learner thread that dies of one value, whatever stream it comes from: the real learners do all the rest.
import { parentPort } from 'node:worker_threads';
import { serveLearners } from '../../dist/adapters/threads/serveLearners.js';
import { createLearnerFactory } from '../../dist/daemon/createLearnerFactory.js';
import { createInlineHost } from '../../dist/daemon/inlineHost.js';

const POISON = 666;

serveLearners(parentPort, ({ settingsOf, report }) => {
  const host = createInlineHost({ ...createLearnerFactory(settingsOf, {}, report), report });
  return {
    ...host,
    push(batch) {
      if (batch.some(({ value }) => value === POISON)) process.exit(9);
      host.push(batch);
    },
  };
});
