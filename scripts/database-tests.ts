// Which tests ask a database: the others need not be run on a second version of it.
import { listFiles, listPackageFiles, resolveImport } from './source-tree.ts'
import type { PackageFile } from './source-tree.ts'

const FIXTURE = 'packages/server/testing/database.ts'

/** The test files that reach the database fixture by their imports, however far. */
export function listDatabaseTests(): readonly string[] {
  const files = new Map(listPackageFiles(listFiles()).map((file) => [file.path, file]))
  const reaching = new Set([FIXTURE])
  for (let before = 0; before !== reaching.size;) {
    before = reaching.size
    for (const file of files.values()) {
      if (resolveImports(file).some((path) => reaching.has(path))) reaching.add(file.path)
    }
  }
  return [...reaching].filter((path) => path.endsWith('.test.ts')).toSorted()
}

function resolveImports(file: PackageFile): readonly string[] {
  return file.imports
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => resolveImport(file, specifier))
}
