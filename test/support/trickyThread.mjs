// The entry of a learner thread whose learners make trouble when they are asked to.
import { parentPort } from 'node:worker_threads';
import { createInlineHost } from '../../build/hosts/inlineHost.js';
import { serveLearners } from '../../build/hosts/threads/serveLearners.js';
import { KernelFullError } from '../../build/kernel/kernel.js';
import { SnapshotError } from '../../build/model/snapshotFormat.js';
import { trickyLearners } from './trickyLearner.mjs';

const learnerFor = trickyLearners({ SnapshotError, KernelFullError });
serveLearners(parentPort, ({ report }) => createInlineHost({ learnerFor, report }));
