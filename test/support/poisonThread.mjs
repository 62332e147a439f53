// The entry of a learner thread that dies of one value, whatever stream it comes from: the real learners do all the rest.
import { parentPort } from 'node:worker_threads';
import { createLearnerFactory } from '../../build/hosts/createLearnerFactory.js';
import { createInlineHost } from '../../build/hosts/inlineHost.js';
import { serveLearners } from '../../build/hosts/threads/serveLearners.js';

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
