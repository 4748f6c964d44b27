/** The tests that mutants have to survive. */
import { defineConfig } from 'vitest/config';
import { chosenFolder } from './folders.ts';

export default defineConfig({
  test: {
    include: [`src/${chosenFolder().name}/**/*.test.ts`],
    exclude: [
      // They are random, and some measure time. A mutant that only a rare case notices wants an example.
      '**/*.property.test.ts',
      // They wait for real servers.
      '**/*.real.test.ts',
      '**/mosquitto.test.ts',
    ],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    restoreMocks: true,
    // Else every run takes three times as long. No test relies on modules that nobody has used.
    isolate: false,
  },
});
