// Makes the agent one file that any Node of this version runs: `node scripts/bundle-agent.ts [FILE]`, default dist/lockstep-agent.mjs.
import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const MAIN = fileURLToPath(new URL('../packages/agent/src/main.ts', import.meta.url))

/** Writes the bundle; everything that it needs beside Node is in it. */
export async function bundleAgent(file: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true })
  await build({
    entryPoints: [MAIN],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node26',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'inline',
    // tar-stream and what it needs are CommonJS and ask for Node's own modules by `require`.
    banner: {
      js: "#!/usr/bin/env node\nimport { createRequire as createRequireForBundle } from 'node:module';const require = createRequireForBundle(import.meta.url);",
    },
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleAgent(resolve(process.argv[2] ?? 'dist/lockstep-agent.mjs'))
}
