import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Two cores: two files at a time, so that browsers and training do not starve each other.
    maxWorkers: 2,
    pool: "forks",
  },
});
