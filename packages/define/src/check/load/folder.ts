// A folder of definitions: lockstep.json, TypeScript and YAML.

import { lstat, readdir, readFile, realpath } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { inReadingOrder } from '../mistake/locate.ts'
import type { Mistake } from '../mistake/mistake.ts'
import { DEFINITIONS_MAX } from '../schema/limits.ts'
import { NAME_PATTERN } from '../schema/name.ts'
import { evaluateTypescript } from './evaluation.ts'
import type { EvaluatedDefinition } from './evaluator.ts'
import { decodeFile } from './file.ts'
import { readDefinition, type LoadedDefinition, type OwnSource } from './read-definition.ts'
import { typescriptOrigin, type CallPlace } from './typescript-origin.ts'
import { loadYaml, textMistake } from './yaml-file.ts'

/** Everything that a folder holds. With mistakes, `definitions` has those that are right by themselves. */
export type Loaded = OwnSource & {
  readonly definitions: readonly LoadedDefinition[]
  readonly mistakes: readonly Mistake[]
  /** The texts of the files, by the paths that mistakes name. */
  readonly sources: ReadonlyMap<string, string>
}

/**
 * Loads a folder of definitions. Paths in mistakes are relative to `base`, which is the current folder when it is not
 * given. TypeScript runs in a child process without network, variables, clock and chance. Throws only when the folder
 * cannot be read.
 */
export async function loadFolder(folder: string, base: string = process.cwd()): Promise<Loaded> {
  const root = await realpath(folder)
  const loading = new FolderLoading(await realpath(base))
  const own = await loading.readOwnSource(path.join(root, 'lockstep.json'))
  const files = await listFiles(root)
  for (const file of files.filter((name) => /\.ya?ml$/.test(name)))
    await loading.loadYamlFile(file, own)
  await loading.loadTypescriptFiles(files.filter(isTypescript), await findRepository(root), own)
  return loading.finish(own)
}

/** Definitions of a YAML text alone, as they are sent to the server or typed into the page. */
export function loadYamlText(text: string, own: OwnSource, file = 'definition.yaml'): Loaded {
  const decoded = decodeFile(new TextEncoder().encode(text))
  const found = decoded.ok
    ? loadYaml(file, text, own)
    : { definitions: [], mistakes: [textMistake(file, text, decoded.mistake)] }
  return {
    ...own,
    definitions: found.definitions,
    mistakes: inReadingOrder(found.mistakes),
    sources: new Map([[file, text]]),
  }
}

/** What is gathered while the files of one folder are read. */
class FolderLoading {
  readonly #base: string
  readonly #sources = new Map<string, string>()
  readonly #definitions: LoadedDefinition[] = []
  readonly #mistakes: Mistake[] = []

  constructor(base: string) {
    this.#base = base
  }

  finish(own: OwnSource): Loaded {
    if (this.#definitions.length > DEFINITIONS_MAX) {
      this.#complain(
        'too_many',
        '',
        `A folder has at most ${DEFINITIONS_MAX} definitions; this one has ${this.#definitions.length}.`,
      )
    }
    return {
      ...own,
      definitions: this.#definitions,
      mistakes: inReadingOrder(this.#mistakes),
      sources: this.#sources,
    }
  }

  async readOwnSource(file: string): Promise<OwnSource> {
    const text = await this.#read(file)
    const own = text === undefined ? undefined : parseOwnSource(text)
    if (own !== undefined) return own
    if (text !== undefined || !(await exists(file))) {
      this.#complain(
        'file_not_readable',
        this.#name(file),
        'lockstep.json says whose definitions these are: { "project": "…", "source": "…" }. Make one with lockstep init.',
      )
    }
    return { project: '', source: '' }
  }

  async loadYamlFile(file: string, own: OwnSource): Promise<void> {
    const text = await this.#read(file)
    if (text === undefined) return
    const found = loadYaml(this.#name(file), text, own)
    this.#definitions.push(...found.definitions)
    this.#mistakes.push(...found.mistakes)
  }

  async loadTypescriptFiles(
    files: readonly string[],
    repository: string,
    own: OwnSource,
  ): Promise<void> {
    const readable: string[] = []
    for (const file of files) if ((await this.#read(file)) !== undefined) readable.push(file)
    if (readable.length === 0) return
    const result = await evaluateTypescript(readable, repository)
    if (!result.ok) {
      const code =
        result.reason === 'too_long'
          ? 'evaluation_too_long'
          : result.reason === 'too_large'
            ? 'evaluation_too_large'
            : 'does_not_evaluate'
      this.#complain(code, this.#name(readable[0] ?? ''), result.message)
      return
    }
    for (const failure of result.failures) {
      const file = await this.#fileOf(failure.file, repository)
      const { line, column, message } = failure
      this.#mistakes.push({ code: 'does_not_evaluate', file, line, column, path: '', message })
    }
    for (const evaluated of result.definitions)
      await this.#takeEvaluated(evaluated, repository, own)
  }

  async #takeEvaluated(
    evaluated: EvaluatedDefinition,
    repository: string,
    own: OwnSource,
  ): Promise<void> {
    const places = new Map<string, CallPlace>()
    for (const [pointer, url, line, column] of evaluated.places) {
      places.set(pointer, { file: await this.#fileOf(url, repository), line, column })
    }
    const origin = typescriptOrigin({
      json: evaluated.json,
      places,
      textOf: (file) => this.#sources.get(file),
    })
    const read = readDefinition(evaluated.json, origin, own)
    if (read.ok) this.#definitions.push(read.loaded)
    else this.#mistakes.push(...read.mistakes)
  }

  // A helper may be called in a file outside the folder; its text is read as well, as long as it is in the repository.
  async #fileOf(url: string, repository: string): Promise<string> {
    const file = url.startsWith('file:') ? fileURLToPath(url) : url
    const name = this.#name(file)
    if (
      !this.#sources.has(name) &&
      file.startsWith(repository + path.sep) &&
      (await exists(file))
    ) {
      await this.#read(file)
    }
    return name
  }

  async #read(file: string): Promise<string | undefined> {
    const name = this.#name(file)
    if (!(await exists(file))) return undefined
    const decoded = decodeFile(await readFile(file))
    if (decoded.ok) {
      this.#sources.set(name, decoded.text)
      return decoded.text
    }
    this.#complain(decoded.mistake.code, name, decoded.mistake.message)
    return undefined
  }

  #name(file: string): string {
    return path.relative(this.#base, file).split(path.sep).join('/')
  }

  #complain(code: Mistake['code'], file: string, message: string): void {
    this.#mistakes.push({
      code,
      file,
      line: file === '' ? 0 : 1,
      column: file === '' ? 0 : 1,
      path: '',
      message,
    })
  }
}

function parseOwnSource(text: string): OwnSource | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || !('project' in value) || !('source' in value))
    return undefined
  const { project, source } = value
  if (typeof project !== 'string' || typeof source !== 'string') return undefined
  return NAME_PATTERN.test(project) && source !== '' ? { project, source } : undefined
}

function isTypescript(file: string): boolean {
  return file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.endsWith('.test.ts')
}

const FILES_MAX = 1_000

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.split(path.sep).includes('node_modules'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .slice(0, FILES_MAX)
}

// The repository is what holds .git; without one, the folder around the definitions.
async function findRepository(folder: string): Promise<string> {
  for (let around = folder; ; around = path.dirname(around)) {
    if (await exists(path.join(around, '.git'))) return around
    if (path.dirname(around) === around) return path.dirname(folder)
  }
}

async function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  )
}
