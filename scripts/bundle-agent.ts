// Makes the agent one file that any Node of this version runs: `node scripts/bundle-agent.ts [FILE]`, default dist/lockstep-agent.cjs.
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
    // CommonJS loads a module of Node when the code that needs it first runs: a supervisor, which is started for every job,
    // does without HTTP and the agent's schemas.
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'inline',
    define: { 'import.meta.url': 'fileOfBundle' },
    banner: {
      js: "#!/usr/bin/env node\nconst fileOfBundle = require('node:url').pathToFileURL(__filename).href;",
    },
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleAgent(resolve(process.argv[2] ?? 'dist/lockstep-agent.cjs'))
}
