// How the page is built, and served while it is developed. `scripts/build-page.ts` runs the build.

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { wireRoutes, type WireRoutes } from '@lockstep/client'
import { routes } from '@lockstep/contract'

/** Where the API is while the page is developed with `npx vite packages/web`. */
const SERVER = 'http://127.0.0.1:4600'

/** The routes without their schemas, which would be a fifth of what a page load carries; in a build only those that the page can call. */
function wireRoutesModule(isBuild: boolean): Plugin {
  const name = 'virtual:wire-routes'
  return {
    name,
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) =>
      id === `\0${name}`
        ? `export const table = ${JSON.stringify(isBuild ? namedRoutes() : wireRoutes(routes))}`
        : undefined,
  }
}

/** Whoever calls a route names it: what stands nowhere in the page or its client as a word is called by nothing. */
function namedRoutes(): WireRoutes {
  const words = new Set(
    ['src', '../client/src'].flatMap((folder) =>
      globSync('**/*.{ts,tsx}', { cwd: join(import.meta.dirname, folder) })
        .filter((file) => !file.includes('.test.'))
        .flatMap((file) =>
          readFileSync(join(import.meta.dirname, folder, file), 'utf8').match(/\w+/g),
        ),
    ),
  )
  return Object.fromEntries(Object.entries(wireRoutes(routes)).filter(([name]) => words.has(name)))
}

// oxlint-disable-next-line import/no-default-export -- Vite reads the default export
export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), wireRoutesModule(command === 'build')],
  // React has had what the shim stands in for since version 18.
  resolve: {
    alias: [
      {
        find: 'use-sync-external-store/shim/with-selector',
        replacement: 'use-sync-external-store/with-selector',
      },
      { find: /^use-sync-external-store\/shim$/, replacement: 'react' },
    ],
  },
  worker: { format: 'es', plugins: () => [wireRoutesModule(command === 'build')] },
  build: {
    target: 'es2024',
    // No `data:` fonts or scripts: every file has an address of its own.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // The first page names its files; a list for each later screen would grow the first load with every screen.
      resolveDependencies: (_file, files, { hostType }) => (hostType === 'html' ? files : []),
    },
    manifest: 'manifest.json',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      output: {
        // What every first load needs is two files: they compress better, and are kept when only a screen has changed.
        codeSplitting: {
          groups: [
            {
              name: 'frame',
              test: /node_modules\/(?!.*\/(?:infiniteQueryObserver|queriesObserver|useInfiniteQuery|useQueries)\.)(?:react|react-dom|scheduler|@tanstack\/(?:react-query|query-core|react-router|router-core|history|store|react-store)|use-sync-external-store)\//,
            },
            {
              name: 'parts',
              test: /packages\/client\/src\/(?!follow|runs-in-need)|web\/src\/(?:layout\/(?:navigation|shell|places|page|frame|connection|screen-link|mark)|palette\/command-registry|pages\/home\/waiting-list|components\/gate\/gate-line|lib\/(?:agents|count-online|api|is-width|query-client|read-all|waiting|now|new-page|search|trusted-scripts|session\/(?:me|project-choice|sign-out)|keys\/(?!key-sheet)|live\/live-(?:connection|message|store)|live\/(?:refresher|take-answer|use-live))|ui\/(?:button|card|empty|error-card|gate-glyph|kbd|menu|part|skeleton|state|state-glyph|time|time-words|toast|avatar)\.tsx?)|lucide-react\/dist\/esm\/(?:createLucideIcon|Icon|defaultAttributes|shared)/,
            },
          ],
        },
      },
    },
  },
  server: {
    // The server takes changes from its own address only.
    proxy: { '/v1': { target: SERVER, headers: { origin: SERVER } } },
  },
}))
