// How the page is built, and served while it is developed. `scripts/build-page.ts` runs the build.

import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { wireRoutes } from '@lockstep/client'
import { routes } from '@lockstep/contract'

/** Where the API is while the page is developed with `npx vite packages/web`. */
const SERVER = 'http://127.0.0.1:4600'

/** The routes without their schemas, which would be a fifth of what a page load carries. */
function wireRoutesModule(): Plugin {
  const name = 'virtual:wire-routes'
  return {
    name,
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) =>
      id === `\0${name}` ? `export const table = ${JSON.stringify(wireRoutes(routes))}` : undefined,
  }
}

// oxlint-disable-next-line import/no-default-export -- Vite reads the default export
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), wireRoutesModule()],
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
  worker: { format: 'es', plugins: () => [wireRoutesModule()] },
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
})
