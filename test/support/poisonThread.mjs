// The entry of a learner thread that dies of one value, whatever stream it comes from: the real learners do all the rest.
import { parentPort } from 'node:worker_threads';
import { createLearnerFactory } from '#built/hosts/createLearnerFactory';
import { createInlineHost } from '#built/hosts/inlineHost';
import { serveLearners } from '#built/hosts/threads/serveLearners';

const POISON = 666;

serveLearners(/** @type {import('node:worker_threads').MessagePort} */ (parentPort), ({ settingsOf, report }) => {
  const host = createInlineHost({ ...createLearnerFactory(settingsOf, { memoryLimit: 1e9 }, report), report });
  return {
    ...host,
    push(batch) {
      if (batch.some(({ value }) => value === POISON)) process.exit(9);
      host.push(batch);
    },
  };
});
