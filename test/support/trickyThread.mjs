// The entry of a learner thread whose learners make trouble when they are asked to.
import { parentPort } from 'node:worker_threads';
import { serveLearners } from '../../dist/adapters/threads/serveLearners.js';
import { createInlineHost } from '../../dist/daemon/inlineHost.js';
import { KernelFullError } from '../../dist/kernel/kernel.js';
import { SnapshotError } from '../../dist/model/snapshotFormat.js';
import { trickyLearners } from './trickyLearner.mjs';

const learnerFor = trickyLearners({ SnapshotError, KernelFullError });
serveLearners(parentPort, ({ report }) => createInlineHost({ learnerFor, report }));
