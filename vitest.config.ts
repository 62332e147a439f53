import { defineConfig } from 'vitest/config';

// dist holds compiled copies, so only test/ is searched.
const all = ['test/**/*.test.ts'];

/**
 * Folders whose files need a process of their own: they start daemons and threads, change the process (signals, working folder, environment), or measure its memory.
 * All others share processes: each module is loaded, and compiled by V8, once a process and not once a file, which saves a third of the CPU time.
 */
const alone = [
  'test/{app,bench,cli,documents,e2e,fixtures,portability,simulation}/**/*.test.ts',
  'test/**/heap.test.ts',
];

const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    // Only a test that hangs reaches the limit: a machine may be ten times slower, or busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    setupFiles: ['test/support/setup.ts'],
    expect: { poll: { timeout: 120_000 } },
    // More than the two cores of a small machine: many tests wait for brokers, disks and other processes.
    maxWorkers: 4,
    execArgv: ['--expose-gc'],
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      { extends: true, test: { name: 'shared', include: all, exclude: alone, isolate: false } },
    ],
  },
});

export default config;
