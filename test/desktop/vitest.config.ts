import { defineConfig } from "vitest/config";

// The shell needs a display and an Electron: `npm run test:desktop`.
export default defineConfig({
  test: { include: ["test/desktop/*.desktop.ts"], testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false, pool: "forks" },
});
