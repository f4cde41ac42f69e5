import { defineConfig } from "vite";

// The server under which `npm run dev` asks for data; a build knows none and asks its own origin.
const server = "http://127.0.0.1:8000";

export default defineConfig({
  base: "./",
  build: {
    outDir: "../api/static",
    emptyOutDir: true,
    target: "es2022",
    // deck.gl and MapLibre are one page's worth of code; splitting them would only add round trips.
    chunkSizeWarningLimit: 3000,
  },
  server: { proxy: { "/api": server } },
});
