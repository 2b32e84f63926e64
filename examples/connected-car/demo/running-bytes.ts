// What really runs, compared with what was built: digests come from the running programs, not from the database.

import type { Client } from '@lockstep/client'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { treeDigest } from '../tools/tree-digest.ts'
import type { ProjectId } from './accounts.ts'
import { addressOn, hostOf, variablesOf } from './hosts.ts'
import { inherited } from './server.ts'

type Row = Awaited<ReturnType<Client['showInventory']>>['items'][number]

/** One component on one host: what it says of itself, and what the snapshot's archive holds. */
export interface Compared {
  readonly where: string
  readonly environment: string
  readonly application: string
  readonly component: string
  readonly version: string
  readonly running: string
  readonly built: string
}

/** Everything that compares running programs with archives needs. */
export interface Comparing {
  readonly client: Client
  readonly projects: Readonly<Record<string, ProjectId>>
  readonly hosts: string
  readonly databaseUrl: (name: string) => string
  readonly firstPort: number
}

/** Asks every program of these rows what it runs, and unpacks the archive that inventory names. */
export async function compareRunning(
  rows: readonly Row[],
  comparing: Comparing,
): Promise<readonly Compared[]> {
  const archives = new Map<string, string>()
  const compared: Compared[] = []
  for (const row of rows) {
    if (row.reported === null) continue
    const { version, digest } = row.reported
    const built = archives.get(digest) ?? (await digestOfArchive(row, digest, comparing))
    archives.set(digest, built)
    compared.push({
      where: `${row.component} on ${row.resource}`,
      environment: row.environmentTitle,
      application: row.application,
      component: row.component,
      version,
      running: await digestOfRunning(row, comparing),
      built,
    })
  }
  return compared
}

async function digestOfArchive(row: Row, digest: string, comparing: Comparing): Promise<string> {
  const project = comparing.projects[row.application.split('/')[0] ?? '']
  if (project === undefined) throw new Error(`no project for ${row.application}`)
  const hex = digest.slice('sha256:'.length)
  const response = await comparing.client.readArtifact({ project, digest: hex })
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-demo-'))
  try {
    const archive = join(folder, 'archive.tar.gz')
    const unpacked = join(folder, 'unpacked')
    mkdirSync(unpacked)
    writeFileSync(archive, Buffer.from(await response.arrayBuffer()))
    execFileSync('tar', ['--extract', '--gzip', '--file', archive, '--directory', unpacked])
    return treeDigest(unpacked)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function digestOfRunning(row: Row, comparing: Comparing): Promise<string> {
  const address = addressOn(comparing.firstPort, row.resource, row.component)
  if (address === undefined) return digestOfMigrations(row, comparing)
  const response = await fetch(`${address}/version`, { signal: AbortSignal.timeout(5_000) })
  const answer = (await response.json()) as { readonly sha256: string }
  return answer.sha256
}

/** charge-store does not stay running; asked for its status it tells what it is. */
function digestOfMigrations(row: Row, comparing: Comparing): string {
  const host = hostOf(row.resource)
  const root = join(comparing.hosts, host.name, 'root')
  const printed = execFileSync(
    process.execPath,
    [join(root, 'srv/charge-store/src/migrate.js'), 'status'],
    {
      cwd: root,
      encoding: 'utf8',
      env: {
        ...inherited(),
        ...variablesOf(host, comparing.firstPort),
        HOST_STATE: join(comparing.hosts, host.name, 'programs'),
        DATABASE_URL: comparing.databaseUrl(host.database ?? ''),
      },
    },
  )
  return (JSON.parse(printed) as { readonly sha256: string }).sha256
}
