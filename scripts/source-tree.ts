// What the house rules look at: the files of the repository and what each imports.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
/** Imports at the start of a line, `import()` and `export … from`; type-only ones count like the others. */
const IMPORTS =
  /^(?:import|export)\s[^'"`;]*?\bfrom\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm
const TEXT_BYTES_MAX = 2_000_000

export type SourceFile = {
  /** From the root of the repository, with forward slashes. */
  readonly path: string
  readonly text: string
}

/** A file below `packages/`, with the words that the rules use. */
export type PackageFile = SourceFile & {
  readonly packageName: string
  /** `src`, `test` or `testing`. */
  readonly area: string
  /** The folder below the area, empty for a file directly in it. */
  readonly room: string
  /** Also of a `*.types.ts`, which tests what does not compile. */
  readonly isTest: boolean
  readonly imports: readonly string[]
}

/** Every text file that is tracked or would be. */
export function listFiles(): readonly SourceFile[] {
  const names = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 64_000_000,
    },
  )
  const files: SourceFile[] = []
  for (const path of new Set(names.split('\0'))) {
    const text = path === '' ? undefined : readText(join(ROOT, path))
    if (text !== undefined) files.push({ path, text })
  }
  return files
}

function readText(file: string): string | undefined {
  try {
    const bytes = readFileSync(file)
    return bytes.includes(0) || bytes.length > TEXT_BYTES_MAX ? undefined : bytes.toString('utf8')
  } catch {
    return undefined // Removed and not yet committed, or a link to a folder.
  }
}

/** The TypeScript files of the packages. */
export function listPackageFiles(files: readonly SourceFile[]): readonly PackageFile[] {
  return files.flatMap((file) => {
    const match = /^packages\/([^/]+)\/(src|test|testing)\/(?:([^/]+)\/)?.*\.tsx?$/.exec(file.path)
    if (match === null) return []
    const [, packageName = '', area = '', room = ''] = match
    const isTest = area !== 'src' || /\.(test|types|e2e)\.tsx?$/.test(file.path)
    return [{ ...file, packageName, area, room, isTest, imports: listImports(file.text) }]
  })
}

export function listImports(text: string): readonly string[] {
  return [...text.matchAll(IMPORTS)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

/** The path, from the root, that a relative import means. */
export function resolveImport(from: SourceFile, specifier: string): string {
  return posix.join(posix.dirname(from.path), specifier)
}
