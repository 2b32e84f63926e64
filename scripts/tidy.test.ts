// The house rules that a machine can check and the linter does not. STYLE.md says why each is there.
import assert from 'node:assert/strict'
import { posix } from 'node:path'
import { suite, test } from 'node:test'
import { listFiles, listPackageFiles, resolveImport } from './source-tree.ts'
import type { PackageFile } from './source-tree.ts'

const files = listFiles()
const typescript = files.filter(({ path }) => /\.tsx?$/.test(path))
const packageFiles = listPackageFiles(files)
const sources = packageFiles.filter(({ isTest }) => !isTest)
const tests = typescript.filter(({ path }) => /\.(test|e2e)\.tsx?$/.test(path))
const serverSources = sources.filter(({ packageName }) => packageName === 'server')

/** Which packages of ours a package may import. Types count. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  contract: ['domain'],
  client: ['contract'],
  define: ['domain'],
  server: ['domain', 'contract', 'define'],
  agent: ['client', 'contract'],
  cli: ['client', 'contract', 'domain', 'define'],
  web: ['client', 'contract', 'domain', 'define'],
  simulator: ['client', 'contract'],
  testkit: ['domain', 'client'],
}
/** What tests may import besides. */
const TESTS_MAY_IMPORT = ['testkit', 'simulator', 'client']

/** The files that a package.json names as ways in. */
const doors = files
  .filter(({ path }) => /^packages\/[^/]+\/package\.json$/.test(path))
  .flatMap(({ path, text }) => {
    const { exports }: { exports: Readonly<Record<string, string>> } = JSON.parse(text)
    return Object.values(exports).map((door) => posix.join(posix.dirname(path), door))
  })

const BANNED_WORDS =
  /^(utils?|helpers?|common|shared|types|models?|interfaces|manager|service|services|misc)$/
const DEPTH_MAX = 4

/**
 * Rooms of the server and the rooms that each may import besides `ports`. PostgreSQL is the only store, so its query modules
 * are called where they are needed (ADR 2); the write path's inside and the embedded server are not.
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  planning: ['postgres'],
  usecases: ['postgres', 'planning'],
  performers: ['postgres', 'planning'],
  effects: ['postgres', 'planning', 'usecases'],
  git: ['postgres', 'usecases'],
  agents: ['postgres', 'reports'],
  reports: ['postgres'],
  secrets: ['postgres'],
  http: ['postgres', 'planning', 'usecases', 'agents'],
}
const PRIVATE_FOLDERS = ['postgres/reactor/', 'postgres/embedded/']
const INNER_ROOMS = ['ports', 'usecases', 'planning', 'performers']
const INNER_PACKAGES = ['domain', 'define']
/** Libraries that one adapter of the server keeps to itself. */
const ONE_ROOM_LIBRARIES = ['fastify', 'pg', 'kysely', 'pino', 'prom-client', 'nodemailer', 'saxes']

suite('the source tree', () => {
  test('is found, so that the other rules have something to say', () => {
    assert.ok(files.length > 100, `${files.length} files`)
    for (const name of Object.keys(MAY_IMPORT).filter((name) => name !== 'web')) {
      assert.ok(
        sources.some(({ packageName }) => packageName === name),
        `no source file of ${name}`,
      )
    }
    assert.ok(tests.length > 10, `${tests.length} test files`)
    assert.ok(
      packageFiles.some(({ imports }) => imports.some((name) => name.startsWith('@lockstep/'))),
      'no import between packages',
    )
  })

  test('has kebab-case names for its files and folders', () => {
    expectNone(
      typescript
        .filter(({ path }) => !path.startsWith('examples/'))
        .map(({ path }) => path)
        .filter((path) => !path.split('/').every(isKebabCase)),
    )
  })

  test('has no file or folder that is named after no noun of the product', () => {
    expectNone(
      packageFiles
        .map(({ path }) => path)
        // A file of the command line is named by the word that people type.
        .filter((path) => !path.startsWith('packages/cli/src/commands/'))
        .filter((path) => path.split('/').some((name) => BANNED_WORDS.test(lastWordOf(name)))),
    )
  })

  test('is at most four folders deep below src', () => {
    expectNone(
      sources
        .map(({ path }) => path)
        .filter((path) => (/\/src\/(.*)$/.exec(path)?.[1]?.split('/').length ?? 0) - 1 > DEPTH_MAX),
    )
  })

  test('has index.ts only as the door of a package', () => {
    expectNone(
      packageFiles
        .map(({ path }) => path)
        .filter((path) => posix.basename(path) === 'index.ts' && !doors.includes(path)),
    )
  })
})

suite('imports', () => {
  test('between packages follow the matrix, types included', () => {
    expectNone(
      packageFiles.flatMap((file) =>
        ownImports(file)
          .filter((name) => !mayImport(file, name))
          .map((name) => `${file.path} imports @lockstep/${name}`),
      ),
    )
  })

  test('of another package go through its door', () => {
    expectNone(
      relativeImports(
        packageFiles,
        (from, target) =>
          !target.startsWith(`packages/${from.packageName}/`) &&
          (target.startsWith('packages/') || !from.isTest),
      ),
    )
  })

  test('inside a package name the file, with its extension, and not a door', () => {
    expectNone(
      relativeImports(
        packageFiles,
        (from, target) =>
          !/\.(tsx?|json|css|svg)$/.test(target) ||
          (posix.basename(target) === 'index.ts' &&
            !from.isTest &&
            posix.basename(from.path) !== 'index.ts'),
      ),
    )
  })

  test('of what only tests have do not occur in the product', () => {
    expectNone(
      relativeImports(
        sources,
        (_from, target) =>
          /^packages\/[^/]+\/(test|testing)\//.test(target) || target.endsWith('.test.ts'),
      ),
    )
  })

  test('of the domain are its own files only', () => {
    expectNone(
      sources
        .filter(({ packageName }) => packageName === 'domain')
        .flatMap(({ path, imports }) =>
          imports.filter((name) => !name.startsWith('.')).map((name) => `${path} imports ${name}`),
        ),
    )
  })

  test('between the rooms of the server lead inwards, and only compose.ts knows the adapters', () => {
    expectNone(
      relativeImports(
        serverSources.filter(({ room }) => room !== ''),
        (from, target) => {
          const room = /^packages\/server\/src\/([^/]+)\//.exec(target)?.[1] ?? ''
          if (room === from.room) return false
          return !roomsOf(from).includes(room) || isPrivate(target)
        },
      ),
    )
  })

  test('of packages by use cases, ports and effects are of the domain only', () => {
    expectNone(
      serverSources
        .filter(({ room }) => INNER_ROOMS.includes(room))
        .flatMap((file) =>
          ownImports(file)
            .filter((name) => !INNER_PACKAGES.includes(name))
            .map((name) => `${file.path} imports @lockstep/${name}`),
        ),
    )
  })

  test('of a library that reaches the outside are in one room of the server', () => {
    expectNone(
      ONE_ROOM_LIBRARIES.flatMap((library) => {
        const rooms = serverSources
          .filter(({ room, imports }) => room !== '' && imports.includes(library))
          .map(({ room }) => room)
        const distinct = [...new Set(rooms)]
        return distinct.length > 1 ? [`${library} is imported in ${distinct.join(', ')}`] : []
      }),
    )
  })
})

suite('code', () => {
  test('has named exports only', () => {
    expectNone(
      lines(
        // Vite reads the default export of its settings.
        typescript.filter(({ path }) => !/^examples\/|\bvite\.config\.ts$/.test(path)),
        /^export default\b/,
      ),
    )
  })

  test('reduces events only where a test stands beside', () => {
    const paths = new Set(files.map(({ path }) => path))
    expectNone(
      sources
        .filter(({ text }) => /^export (?:function|const) reduce[A-Z]/m.test(text))
        .map(({ path }) => path.replace(/\.ts$/, '.test.ts'))
        .filter((path) => !paths.has(path)),
    )
  })

  test('reads the environment in config.ts, or hands it over where a program begins', () => {
    const readers = ['config.ts', 'main.ts', 'database-main.ts']
    expectNone(
      lines(
        sources.filter(({ path }) => !readers.includes(posix.basename(path))),
        /\bprocess\.env\b/,
      ),
    )
  })

  test('runs programs from argument vectors, never through a shell', () => {
    const outward = sources.filter(({ packageName }) => packageName !== 'domain')
    expectNone([
      ...lines(outward, /\bshell:\s*true\b/),
      ...lines(outward, /\bexec(?:Sync)?\b[^\n]*from 'node:child_process'/),
      ...lines(outward, /\b(?:child_process|childProcess)\.exec(?:Sync)?\(/),
    ])
  })

  test('makes no code of text', () => {
    expectNone([
      ...lines(sources, /(?<![\w.])eval\(|\bnew Function\(/),
      ...lines(sources, /from 'node:vm'/),
      ...lines(sources, /\bdangerouslySetInnerHTML\b|\.innerHTML\s*=/),
    ])
  })

  test('takes no chance from Math.random, except as the default of an argument', () => {
    expectNone(lines(sources, /\bMath\.random\(/))
  })

  test('ends the process in main.ts only', () => {
    expectNone(
      lines(
        sources.filter(({ path }) => posix.basename(path) !== 'main.ts'),
        /\bprocess\.exit\(/,
      ),
    )
  })

  test('of the tests does not sleep', () => {
    expectNone(
      lines(
        tests.filter(({ path }) => path !== 'scripts/tidy.test.ts'),
        /\bsetTimeout\(|from 'node:timers\/promises'/,
      ),
    )
  })

  test('of the tests runs whole', () => {
    expectNone(lines(tests, /\b(?:test|it|suite|describe)\.(?:only|skip|todo)\(/))
  })
})

suite('every file', () => {
  test('is free of the names of package registries', () => {
    // Written in two parts, since this file is one of those that are read.
    const names = [
      ['registry', 'npmjs.org'],
      ['registry', 'yarnpkg.com'],
      ['registry', 'npmmirror.com'],
    ]
    const hosts = names.map((parts) => parts.join('.'))
    const configured = URL.parse(process.env['npm_config_registry'] ?? '')?.hostname
    if (configured !== undefined && !/^(?:localhost|127\.|\[)/.test(configured))
      hosts.push(configured)
    expectNone(
      files.flatMap(({ path, text }) =>
        hosts.filter((host) => text.includes(host)).map((host) => `${path} names ${host}`),
      ),
    )
    const lock = files.find(({ path }) => path === 'package-lock.json')
    assert.doesNotMatch(lock?.text ?? 'no lock file: "resolved": "http', /"resolved": "http/)
  })

  test('is free of paths of the machine that it was written on', () => {
    const paths = new RegExp(
      `(?:^|[\\s'"\`(=:])/(?:${['work', 'Users', 'home'].join('|')})/[\\w.]+`,
    )
    expectNone(
      lines(
        files.filter(({ path }) => path !== 'package-lock.json'),
        paths,
      ),
    )
  })
})

/** `run-helpers.test.ts` → `helpers`; a service account is a noun of the product. */
function lastWordOf(name: string): string {
  return name.split('.')[0]?.split('-').at(-1) ?? ''
}

function isKebabCase(name: string): boolean {
  return /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/.test(name)
}

/** The packages of ours that a file imports, without the scope. */
function ownImports(file: PackageFile): readonly string[] {
  return file.imports
    .filter((name) => name.startsWith('@lockstep/'))
    .map((name) => name.split('/')[1] ?? '')
}

function mayImport(file: PackageFile, name: string): boolean {
  const allowed = MAY_IMPORT[file.packageName] ?? []
  return (
    allowed.includes(name) ||
    (name === file.packageName && file.isTest) ||
    (file.isTest && TESTS_MAY_IMPORT.includes(name))
  )
}

function roomsOf(file: PackageFile): readonly string[] {
  return ['ports', ...(ROOMS[file.room] ?? [])]
}

function isPrivate(target: string): boolean {
  return PRIVATE_FOLDERS.some((folder) => target.startsWith(`packages/server/src/${folder}`))
}

/** The relative imports that break a rule, as sentences. */
function relativeImports(
  from: readonly PackageFile[],
  isBroken: (from: PackageFile, target: string) => boolean,
): readonly string[] {
  return from.flatMap((file) =>
    file.imports
      .filter((name) => name.startsWith('.') && isBroken(file, resolveImport(file, name)))
      .map((name) => `${file.path} imports ${name}`),
  )
}

function lines(
  within: readonly { readonly path: string; readonly text: string }[],
  pattern: RegExp,
): readonly string[] {
  return within.flatMap(({ path, text }) =>
    text
      .split('\n')
      .map((line, index) => ({ line, place: `${path}:${index + 1}` }))
      .filter(({ line }) => pattern.test(line))
      .map(({ line, place }) => `${place} ${line.trim().slice(0, 100)}`),
  )
}

function expectNone(violations: readonly string[]): void {
  assert.deepEqual(violations, [], violations.join('\n'))
}
