// The entry of a learner thread whose learners make trouble when they are asked to.
import { parentPort } from 'node:worker_threads';
import { createInlineHost } from '../../dist/hosts/inlineHost.js';
import { serveLearners } from '../../dist/hosts/threads/serveLearners.js';
import { KernelFullError } from '../../dist/kernel/kernel.js';
import { SnapshotError } from '../../dist/model/snapshotFormat.js';
import { trickyLearners } from './trickyLearner.mjs';

const learnerFor = trickyLearners({ SnapshotError, KernelFullError });
serveLearners(parentPort, ({ report }) => createInlineHost({ learnerFor, report }));
