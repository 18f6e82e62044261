// Two builds, each one file: dist/node.js (with the ws library in it) and dist/browser.js; and the types.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const common = { absWorkingDir: here, bundle: true, format: 'esm', sourcemap: true, sourcesContent: true, charset: 'utf8', logLevel: 'warning' };
const require = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

rmSync(`${here}dist`, { recursive: true, force: true });
await build({ ...common, entryPoints: ['src/browser.ts'], outfile: 'dist/browser.js', platform: 'browser', target: 'es2022' });
await build({
  ...common,
  entryPoints: ['src/node.ts'],
  outfile: 'dist/node.js',
  platform: 'node',
  target: 'node20',
  banner: { js: require }, // ws is CommonJS
  external: ['bufferutil', 'utf-8-validate'], // ws tries them, and does without
});
writeFileSync(`${here}dist/LICENSE`, readFileSync(`${here}../../LICENSE`));
writeFileSync(`${here}dist/ws.LICENSE`, readFileSync(`${here}node_modules/ws/LICENSE`));
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { cwd: here, stdio: 'inherit' });
// Declarations import each other as the files that users' compilers look for.
for (const name of readdirSync(`${here}dist/types`, { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.d.ts')) continue;
  const path = `${here}dist/types/${name}`;
  writeFileSync(path, readFileSync(path, 'utf8').replace(/(from '\.[^']*)\.ts'/g, "$1.js'"));
}
