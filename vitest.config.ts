import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// dist holds compiled copies, so only test/ is searched.
const all = ['test/**/*.test.ts'];

/** Files that need a process of their own: they measure its memory or its time, replace a module, or take much memory. */
const alone = [
  'test/{bench,portability,simulation}/**/*.test.ts',
  'test/app/reopenedStore.test.ts',
  'test/**/heap.test.ts',
];

/** Beginnings of the paths of files that take half a minute: they begin first, or the last of them would end alone. */
const longest = [
  'test/cli/doctor',
  'test/documents/',
  'test/e2e/longGaps',
  'test/e2e/page/pageInBrowser',
  'test/e2e/crash',
  'test/e2e/injectedThrows',
  'test/e2e/durable',
  'test/learner/streamLearner',
  'test/e2e/faults',
  'test/hosts/threads/threadedHost',
  'test/e2e/stateFolder',
  'test/e2e/rename',
];

/**
 * Beginnings of the paths of files that start programs and threads or run whole commands, and of others that take more than some three
 * seconds: they train networks, or wait for brokers, disks and threads. `npm run test:quick` leaves them out.
 */
const lengthy = [
  ...longest,
  ...['test/app/', 'test/cli/', 'test/e2e/', 'test/fixtures/'],
  ...['access', 'arrangement', 'connection', 'deferred', 'hostileBrokers', 'listen', 'oddBrokers'].map(
    (name) => `test/adapters/mqtt/${name}`,
  ),
  ...['client/unacknowledgedProbe', 'client/interceptPublish', 'outbound/outbound'].map(
    (name) => `test/adapters/mqtt/${name}`,
  ),
  ...['crash', 'fullDisk', 'lostFolder', 'owners', 'thread/createStore'].map((name) => `test/adapters/store/${name}`),
  ...['classExamples', 'everySecret', 'settings'].map((name) => `test/config/${name}`),
  ...['estimateCost', 'learnerThread', 'stream/outages'].map((name) => `test/hosts/${name}`),
  ...['test/kernel/everyKernel', 'test/kernel/plain/plainKernel'],
  ...['anomalyOfSeries', 'doubtOfSeries', 'pumpOfSeries'].map((name) => `test/learner/${name}`),
  ...['carryOver/', 'classify/classifier', 'experts/networkExpert', 'leadingInput', 'numericGuard'].map(
    (name) => `test/learner/${name}`,
  ),
  ...['test/outlets/page/events/openAllDay', 'test/pipeline/badInputs', 'test/pipeline/flood', 'test/quality/replays'],
  ...[
    'demo/sensors/runSensors',
    'memoryStudy/',
    'record/recordBroker',
    'replay/replaySeries',
    'replay/replaySession',
  ].map((name) => `test/tools/${name}`),
];

/** Longer ones first. What is known of the times of a former run decides among those that are alike. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    // An isolated file ends the shared process that was next: those come first.
    return sorted
      .map((file) => ({ file, rank: file.project.config.isolate ? -1 : this.#rankOf(file.moduleId) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ file }) => file);
  }

  #rankOf(path: string): number {
    const name = relative(this.ctx.config.root, path);
    const rank = longest.findIndex((start) => name.startsWith(start));
    if (rank >= 0) return rank;
    return longest.length + (lengthy.some((start) => name.startsWith(start)) ? 0 : 1);
  }
}

const quick = lengthy.map((start) => `${start}${start.endsWith('/') ? '**' : '*'}`);
const isQuick = process.env['TIDEGATE_QUICK'] !== undefined;

const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    // Only a test that hangs reaches the limit: a machine may be ten times slower, or busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    setupFiles: ['test/support/setup.ts'],
    expect: { poll: { timeout: 120_000 } },
    // More than the two cores of a small machine: many tests wait for brokers, disks and other processes.
    maxWorkers: 6,
    sequence: { sequencer: LongestFirst },
    execArgv: ['--expose-gc'],
    // All but the first share processes: each module is loaded, and compiled by V8, once a process and not once a file. They are one
    // project, so that some compute while others wait.
    projects: [
      { extends: true, test: { name: 'alone', include: isQuick ? [] : alone } },
      {
        extends: true,
        test: { name: 'shared', include: all, exclude: [...alone, ...(isQuick ? quick : [])], isolate: false },
      },
    ],
  },
});

export default config;
