// What a build or test leaves: artifacts by digest, the version, test reports, the bill of materials.
import { createHash } from 'node:crypto'
import {
  createReadStream,
  createWriteStream,
  globSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
} from 'node:fs'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { WorkMessage } from '@lockstep/contract/agent'
import { ensureFolder } from '../journal/durable-file.ts'
import type { CollectedFile } from '../journal/journal.ts'
import type { WorkEnding, WorkRun } from './work-run.ts'

type SourceWork = Extract<WorkMessage, { kind: 'source_command' }>

export const REPORTS_MAX = 500
export const REPORT_BYTES_MAX = 10 * 1024 * 1024
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/

/** Adds what the command made to how it ended. A file that was promised and is not there makes a success an error. */
export async function collectResults(
  run: WorkRun,
  work: SourceWork,
  folder: string,
  ending: WorkEnding,
): Promise<WorkEnding> {
  const outputs = ensureFolder(run.folder.outputs)
  const take = (path: string, name: string) => takeOut(folder, path, name, outputs)
  const reports = work.reports === null ? [] : await takeReports(run, work.reports, folder, take)
  if (ending.outcome !== 'succeeded') return { ...ending, reports }
  try {
    const artifacts: CollectedFile[] = []
    for (const [component, path] of Object.entries(work.artifacts)) {
      artifacts.push(await take(path, component))
    }
    const version = work.versionFile === null ? undefined : readVersion(folder, work.versionFile)
    const sbom = work.sbom === null ? undefined : await take(work.sbom, work.sbom)
    for (const { name, digest, sizeBytes } of artifacts) {
      await run.spool.note(`${name}: ${sizeBytes} bytes, ${digest}`)
    }
    return {
      ...ending,
      reports,
      ...(artifacts.length === 0 ? {} : { artifacts }),
      ...(version === undefined ? {} : { version }),
      ...(sbom === undefined ? {} : { sbom }),
    }
  } catch (error) {
    if (!(error instanceof MissingResult)) throw error
    await run.spool.note(error.message)
    return { outcome: 'errored', exitCode: ending.exitCode, reason: error.message, reports }
  }
}

/** The command succeeded, but did not leave what its task says. */
class MissingResult extends Error {
  override readonly name = 'MissingResult'
}

async function takeReports(
  run: WorkRun,
  pattern: string,
  folder: string,
  take: (path: string, name: string) => Promise<CollectedFile>,
): Promise<readonly CollectedFile[]> {
  const paths = globSync(pattern, { cwd: folder }).toSorted()
  if (paths.length === 0) await run.spool.note(`there is no test report ${pattern}`)
  if (paths.length > REPORTS_MAX) {
    await run.spool.note(`only ${REPORTS_MAX} of ${paths.length} test reports are kept`)
  }
  const reports: CollectedFile[] = []
  for (const path of paths.slice(0, REPORTS_MAX)) {
    const sizeBytes = statSync(join(folder, path)).size
    if (sizeBytes <= REPORT_BYTES_MAX) reports.push(await take(path, path))
    else await run.spool.note(`test report ${path} is left out: it has ${sizeBytes} bytes`)
  }
  return reports
}

/** Copies a file of the work folder to where it waits to be uploaded, and names it by its digest on the way. */
async function takeOut(
  folder: string,
  path: string,
  name: string,
  outputs: string,
): Promise<CollectedFile> {
  const source = findInside(folder, path)
  const hash = createHash('sha256')
  const temporary = join(outputs, '.new')
  let sizeBytes = 0
  await pipeline(
    createReadStream(source),
    async function* measure(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        sizeBytes += chunk.length
        yield chunk
      }
    },
    createWriteStream(temporary, { mode: 0o600, flush: true }),
  )
  const hex = hash.digest('hex')
  renameSync(temporary, join(outputs, hex))
  return { name, digest: `sha256:${hex}`, sizeBytes }
}

function readVersion(folder: string, path: string): string {
  const version = readFileSync(findInside(folder, path), 'utf8').trim()
  if (VERSION.test(version)) return version
  throw new MissingResult(
    `The version in ${path} is ${JSON.stringify(version.slice(0, 100))}: use letters, digits, dots, hyphens and plus signs, at most 100.`,
  )
}

/** The real path of a plain file in the work folder; a link that leads out of it does not count. */
function findInside(folder: string, path: string): string {
  try {
    const root = realpathSync(folder)
    const real = realpathSync(join(root, path))
    if (!relative(root, real).startsWith(`..${sep}`) && statSync(real).isFile()) return real
  } catch {
    // Said below in the words of the task.
  }
  throw new MissingResult(
    `${path} is not a file in the work folder; the command succeeded without making it.`,
  )
}
