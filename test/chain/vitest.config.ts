import { defineConfig } from "vitest/config";

// A Python trainer, model servers, whole runs: minutes each, `npm run test:chain`.
export default defineConfig({
  test: { include: ["test/chain/*.chain.ts"], testTimeout: 3_600_000, hookTimeout: 3_600_000, fileParallelism: false, pool: "forks" },
});
