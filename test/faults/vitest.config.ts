/** The long runs of `npm run test:faults`: `npm test` leaves them out. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/faults/long/**/*.long.ts'],
    hookTimeout: 30_000,
    fileParallelism: false,
  },
});
