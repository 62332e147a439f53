import { defineConfig } from 'vitest/config';

// dist holds compiled copies, so only test/ is searched.
const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // One more than cores there may be: many tests wait for brokers, disks and other processes.
    maxWorkers: 3,
    execArgv: ['--expose-gc'],
  },
});

export default config;
