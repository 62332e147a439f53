import { defineConfig } from 'vitest/config';

// dist holds compiled copies, so only test/ is searched.
const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Only a test that hangs reaches the limit: a machine may be ten times slower, or busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    // One more than cores there may be: many tests wait for brokers, disks and other processes.
    maxWorkers: 3,
    execArgv: ['--expose-gc'],
  },
});

export default config;
