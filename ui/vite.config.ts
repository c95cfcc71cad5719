import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `treadle dev` answers while the app is worked on with `npm run dev`. */
const server = process.env.TREADLE_URL ?? "http://127.0.0.1:3070";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "~": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    // "assets", the usual name, is a page of the app.
    assetsDir: "static",
    manifest: "manifest.json", // which files a page loads first: its size is tested
    target: "es2022",
    // A script that is inlined as data would be refused by the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
  server: { proxy: { "/api": { target: server, changeOrigin: true } } },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
