// Gathers what a round of chaos has left: from the files of the targets, the journals of the agents, the public API and
// the programs that run.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { KnownJob, Lease, RoundEvidence, Running, Start } from './chaos-oracle.ts'
import type { Inventory, Run } from './evidence.ts'
import { HOSTS } from './hosts.ts'
import { persist } from './persist.ts'
import { headOf, TEAM_REPOSITORIES } from './repositories.ts'
import { compareRunning } from './running-bytes.ts'
import type { Scene } from './scene.ts'
import { teamOf } from './story.ts'

/** What must run where in Staging and Production, by the labels of hosts. */
const COMPONENTS_OF_LABEL: Readonly<Record<string, readonly string[]>> = {
  'staging-services': ['charge-store', 'ingest-api', 'fleet-dashboard', 'push-relay'],
  'staging-car': ['telemetry-agent', 'battery-light'],
  'staging-phone': ['owner-app'],
  'prod-database': ['charge-store'],
  'prod-edge': ['ingest-api'],
  'prod-services': ['fleet-dashboard', 'push-relay'],
  'prod-car': ['telemetry-agent', 'battery-light'],
  'prod-phone': ['owner-app'],
}

/** What is known after the release of this version has succeeded in this run. */
export async function gatherEvidence(
  scene: Scene,
  version: string,
  release: Run['id'],
): Promise<RoundEvidence> {
  const runsOf = await persist(() => listTeamRuns(scene))
  const teamRuns = [...runsOf.values()].flat().map(({ id }) => id)
  const runs = await persist(() => showRuns(scene, release, teamRuns))
  const rows = await persist(() => listInventory(scene))
  const { ok, broken } = await persist(() => scene.people.admin.verifyAudit())
  return {
    version,
    starts: readStarts(scene.places.hosts),
    leases: readLeases(scene.places.hosts),
    jobs: runs.flatMap(jobsOf),
    runsOfCommit: new Map(
      [...runsOf].map(([repository, of]) => [
        repository,
        of.filter(({ isHelp }) => !isHelp).length,
      ]),
    ),
    places: HOSTS.flatMap(({ name, labels }) =>
      labels
        .flatMap((label) => COMPONENTS_OF_LABEL[label] ?? [])
        .map((component) => `${component} on ${name}`),
    ),
    installed: rows.map((row) => ({
      place: placeOf(row),
      version: row.reported?.version ?? null,
      isVerified: row.verified,
    })),
    running: await askAll(scene, rows),
    auditFault: ok ? undefined : (broken ?? 'it says not where'),
  }
}

interface TeamRun {
  readonly id: Run['id']
  /** A person began it, since the one that the commit had begun did not pass. */
  readonly isHelp: boolean
}

/** The runs that the newest commit of each repository has begun, and those with which a person helped. */
async function listTeamRuns(scene: Scene): Promise<ReadonlyMap<string, readonly TeamRun[]>> {
  const runsOf = new Map<string, readonly TeamRun[]>()
  for (const name of TEAM_REPOSITORIES) {
    const { project, developer } = teamOf(name)
    const commit = headOf(join(scene.repositories, name))
    const { items } = await scene.people.as[developer].listRuns({
      project: scene.people.projects[project],
      name,
      limit: 50,
    })
    // A run that a person begins names no commit: it comes after the one that the commit has begun.
    const begun = items.filter(({ source }) => source?.commit === commit)
    const first = Math.min(...begun.map(({ number }) => number))
    runsOf.set(
      name,
      items
        .filter(({ number }) => number >= first)
        .map(({ id, starter }) => ({ id, isHelp: isPerson(scene, starter) })),
    )
  }
  return runsOf
}

function isPerson(scene: Scene, starter: string): boolean {
  return Object.keys(scene.people.as).some((name) => starter.includes(name))
}

async function showRuns(
  scene: Scene,
  release: Run['id'],
  teamRuns: readonly Run['id'][],
): Promise<readonly Run[]> {
  const ids = [release, ...teamRuns]
  return Promise.all(ids.map((run) => scene.people.admin.showRun({ run })))
}

function jobsOf(run: Run): readonly KnownJob[] {
  return run.stages
    .flatMap(({ tasks }) => tasks)
    .flatMap(({ steps }) => steps)
    .flatMap(({ jobs }) => jobs)
}

function placeOf(row: { readonly component: string; readonly resource: string }): string {
  return `${row.component} on ${row.resource}`
}

async function listInventory(scene: Scene): Promise<Inventory['items']> {
  const { items } = await scene.people.as['release-manager'].showInventory({})
  return items.filter(({ environmentTitle }) =>
    ['Staging', 'Production'].includes(environmentTitle),
  )
}

/** The target counts by itself: one line for each start, with the job that it was told. */
function readStarts(hosts: string): readonly Start[] {
  return HOSTS.flatMap(({ name }) => {
    const folder = join(hosts, name, 'programs')
    return readdirSync(folder)
      .filter((file) => file.endsWith('.starts'))
      .flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'))
      .map((line): Start => ({ ...(JSON.parse(line) as Omit<Start, 'host'>), host: name }))
  })
}

function readLeases(hosts: string): readonly Lease[] {
  return HOSTS.flatMap(({ name }) => {
    const folder = join(hosts, name, 'agent', 'jobs')
    return readdirSync(folder).flatMap((lease) => {
      const [job = '', fence] = lease.split('.')
      const journal = join(folder, lease, 'journal')
      if (!existsSync(journal)) return []
      const lines = readFileSync(journal, 'utf8').split('\n')
      const started = lines.filter((line) => line.includes('"type":"started"')).length
      return [{ host: name, job, fence: Number(fence), started }]
    })
  })
}

/** A program that does not answer runs nothing, as far as anybody can tell. */
async function askAll(scene: Scene, rows: Inventory['items']): Promise<readonly Running[]> {
  const comparing = {
    client: scene.people.as['release-manager'],
    projects: scene.people.projects,
    hosts: scene.places.hosts,
    databaseUrl: scene.places.databaseUrl,
    firstPort: scene.places.firstPort,
  }
  const all: Running[] = []
  for (const row of rows) {
    const compared = await persist(() => compareRunning([row], comparing)).catch(() => [])
    all.push(...compared.map(({ running, built }) => ({ place: placeOf(row), running, built })))
  }
  return all
}
