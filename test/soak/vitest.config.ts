/** The long run of `npm run test:soak`: `npm test` leaves it out. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/soak/long/**/*.long.ts'], hookTimeout: 30_000 },
});
