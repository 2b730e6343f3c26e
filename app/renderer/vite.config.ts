/** Builds the pages of the app. In: this folder. Out: `dist/renderer`, plain files that the core serves; nothing inline, so a strict content policy holds. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: "../../dist/renderer",
    emptyOutDir: true,
    target: "chrome120",
    // Fonts and pictures stay files of their own: the content policy allows no `data:` fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
  },
});
