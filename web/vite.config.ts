import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // the page's policy allows no data: URLs
    chunkSizeWarningLimit: 900,
    rollupOptions: { output: { manualChunks: { mantine: ['@mantine/core', '@mantine/hooks'] } } },
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8080' } },
});
