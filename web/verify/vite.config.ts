import { createHash } from 'node:crypto';
import { defineConfig, type Plugin } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

/**
 * The page forbids itself everything but its own script and style, by their hashes, so that a copy on a disk opens no
 * connection either. Its worker is made of the script's text (engine/engine.ts), hence `blob:`. The gateway says the same
 * in a header, and reads it from here.
 */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'asset' || !file.fileName.endsWith('.html')) continue;
          const html = String(file.source);
          file.source = html.replace('<meta charset="utf-8" />', `$&\n    ${metaOf(html)}`);
        }
      },
    },
  };
}

function metaOf(html: string): string {
  const hashes = (element: RegExp) => [...html.matchAll(element)].map(([, content]) => sha256(content!)).join(' ');
  const policy = [
    "default-src 'none'",
    `script-src ${hashes(/<script type="module"[^>]*>([\s\S]*?)<\/script>/g)}`,
    `style-src ${hashes(/<style[^>]*>([\s\S]*?)<\/style>/g)}`,
    'worker-src blob:',
    'img-src data:',
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<meta http-equiv="Content-Security-Policy" content="${policy}" />`;
}

const sha256 = (content: string): string => `'sha256-${createHash('sha256').update(content).digest('base64')}'`;

export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  build: {
    outDir: '../dist/verify',
    emptyOutDir: true,
    target: 'es2022',
    // What it loads would be fetched, and there is no document in the worker.
    modulePreload: false,
    // One file, whatever its size.
    chunkSizeWarningLimit: 1_000,
  },
  plugins: [viteSingleFile({ removeViteModuleLoader: true }), contentSecurityPolicy()],
});
