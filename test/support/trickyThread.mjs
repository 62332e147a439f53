// The entry of a learner thread whose learners make trouble when they are asked to.
import { parentPort } from 'node:worker_threads';
import { serveLearners } from '../../dist/adapters/threads/serveLearners.js';
import { createInlineHost } from '../../dist/daemon/inlineHost.js';
import { createTrickyLearner } from './trickyLearner.mjs';

serveLearners(parentPort, ({ report }) => createInlineHost({ learnerFor: createTrickyLearner, report }));
