import { defineConfig } from 'vitest/config';

// dist holds compiled copies, so only test/ is searched.
const all = ['test/**/*.test.ts'];

/** Files that need a process of their own: they measure its memory or its time, replace a module, or take much memory. */
const alone = [
  'test/{bench,portability,simulation}/**/*.test.ts',
  'test/app/reopenedStore.test.ts',
  'test/**/heap.test.ts',
];

/**
 * Files that start programs and threads or run whole commands, and others that take more than some three seconds: they train networks, or
 * wait for brokers, disks and threads. `npm run test:quick` leaves them out. They are one project: while some wait, others compute.
 */
const lengthy = [
  'test/{app,cli,documents,e2e,fixtures}/**/*.test.ts',
  'test/adapters/mqtt/{access,connection,deferred,hostileBrokers,listen,oddBrokers}.test.ts',
  'test/adapters/mqtt/{client/unacknowledgedProbe,client/interceptPublish,outbound/outbound}.test.ts',
  'test/adapters/store/{crash,fullDisk,lostFolder,owners,thread/createStore}.test.ts',
  'test/config/{classExamples,settings}.test.ts',
  'test/hosts/{estimateCost,learnerThread,threads/threadedHost,stream/outages}.test.ts',
  'test/kernel/{everyKernel,plain/plainKernel}.test.ts',
  'test/learner/{carryOver/*,classify/classifier,experts/networkExpert,*OfSeries,leadingInput,numericGuard,streamLearner}.test.ts',
  'test/pipeline/{badInputs,flood}.test.ts',
  'test/quality/replays.test.ts',
  'test/tools/{demo/sensors/runSensors,memoryStudy/*,record/recordBroker,replay/replaySeries,replay/replaySession}.test.ts',
];

const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    // Only a test that hangs reaches the limit: a machine may be ten times slower, or busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    setupFiles: ['test/support/setup.ts'],
    expect: { poll: { timeout: 120_000 } },
    // More than the two cores of a small machine: many tests wait for brokers, disks and other processes.
    maxWorkers: 6,
    execArgv: ['--expose-gc'],
    // All but the first share processes: each module is loaded, and compiled by V8, once a process and not once a file, which saves a third of the CPU time.
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      { extends: true, test: { name: 'lengthy', include: lengthy, exclude: alone, isolate: false } },
      {
        extends: true,
        test: { name: 'shared', include: all, exclude: [...alone, ...lengthy], isolate: false },
      },
    ],
  },
});

export default config;
