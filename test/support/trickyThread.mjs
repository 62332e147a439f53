// The entry of a learner thread whose learners make trouble when they are asked to.
import { parentPort } from 'node:worker_threads';
import { createInlineHost } from '#built/hosts/inlineHost';
import { serveLearners } from '#built/hosts/threads/serveLearners';
import { KernelFullError } from '#built/kernel/kernel';
import { SnapshotError } from '#built/model/snapshotFormat';
import { trickyLearners, trickyLook } from './trickyLearner.mjs';

const learnerFor = trickyLearners({ SnapshotError, KernelFullError });
serveLearners(/** @type {import('node:worker_threads').MessagePort} */ (parentPort), ({ report }) =>
  createInlineHost({ learnerFor, look: trickyLook, report }),
);
