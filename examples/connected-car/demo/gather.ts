// What is read when the story has ended: through the public API, from the pages, and from the running programs.

import type { Client } from '@lockstep/client'
import { join } from 'node:path'

import type { People, ProjectName } from './accounts.ts'
import type { AgentPlaces } from './agents.ts'
import {
  inventoryFacts,
  type ApplicationFacts,
  type Evidence,
  type Gathered,
  type Run,
  type SnapshotFacts,
  type StepOrder,
  type TriggerFacts,
} from './evidence.ts'
import { askProduct } from './ask-product.ts'
import { countCommits, TEAM_REPOSITORIES } from './repositories.ts'
import { compareRunning } from './running-bytes.ts'
import { refusalOf, teamOf } from './story.ts'

/** Whom and what the demo asks. */
export interface Asking {
  readonly people: People
  readonly repositories: string
  readonly places: AgentPlaces
}

/** Asks everything that the points are judged on and that was not seen on the way. */
export async function gather(asking: Asking, evidence: Evidence): Promise<Gathered> {
  const { people, places } = asking
  const manager = people.as['release-manager']
  const release = evidence.releaseRuns.at(-1)?.name ?? ''
  const before = evidence.inventories[`before ${release}`]
  const rows = (await manager.showInventory({})).items
  const comparing = { client: manager, projects: people.projects, ...places }
  const [compared, product] = await Promise.all([
    compareRunning(rows, comparing),
    askProduct(places.firstPort),
  ])
  return {
    groups: (await people.admin.listGroups({ limit: 200 })).items.map(({ name }) => name),
    ...(await tryForeignRuns(people)),
    ...(await readModels(manager)),
    release: await readRelease(manager, people, release),
    triggers: await listTriggers(asking),
    snapshots: await listSnapshots(manager, people),
    inventoryOfBefore: inventoryFacts(
      await manager.showInventory(before === undefined ? {} : { at: before.at }),
    ),
    compared,
    product,
  }
}

/** A developer of one team tries to read the runs of the others. */
async function tryForeignRuns(
  people: People,
): Promise<Pick<Gathered, 'foreignRuns' | 'listedProjects'>> {
  const developer = people.as['embedded-developer']
  const foreign = await Promise.all(
    (['backend', 'mobile'] as const).map((name) =>
      people.as['release-manager'].listRuns({ project: people.projects[name], limit: 50 }),
    ),
  )
  const foreignRuns = []
  for (const { id, address } of foreign.flatMap(({ items }) => items)) {
    const refusal = await refusalOf(() => developer.showRun({ run: id }))
    foreignRuns.push({ address, refusal })
  }
  const { items } = await developer.listRuns({ limit: 200 })
  return { foreignRuns, listedProjects: [...new Set(items.map(({ project }) => project))] }
}

/** The parts of a definition's body that are looked at. */
interface ApplicationBody {
  readonly tiers?: readonly {
    readonly name: string
    readonly components: readonly {
      readonly name: string
      readonly hosts?: Readonly<Record<string, readonly StepOrder[]>>
    }[]
  }[]
  readonly processes?: Readonly<Record<string, unknown>>
}
interface EnvironmentBody {
  readonly receives?: readonly {
    readonly application: { readonly name: string }
    readonly map: Readonly<Record<string, string>>
  }[]
}
type Definitions = Awaited<ReturnType<Client['listDefinitions']>>['items']

async function readModels(
  client: Client,
): Promise<Pick<Gathered, 'applications' | 'tierMap' | 'vehicleProcess'>> {
  const applications = (await client.listDefinitions({ kind: 'application' })).items
  const environments = (await client.listDefinitions({ kind: 'environment' })).items
  const { receives = [] } = bodyOf(environments, 'staging') as EnvironmentBody
  const { tiers = [] } = bodyOf(applications, 'vehicle-firmware') as ApplicationBody
  const light = tiers
    .flatMap(({ components }) => components)
    .find(({ name }) => name === 'battery-light')
  return {
    applications: listApplications(applications),
    tierMap: receives.find(({ application }) => application.name === 'data-backend')?.map ?? {},
    vehicleProcess: (light?.hosts?.['deploy'] ?? []).map(({ name, needs }) => ({ name, needs })),
  }
}

function bodyOf(definitions: Definitions, wanted: string): object {
  return definitions.find(({ name }) => name === wanted)?.body ?? {}
}

function listApplications(definitions: Definitions): readonly ApplicationFacts[] {
  return definitions.map(({ project, name, body }) => {
    const { tiers = [], processes = {} } = body as ApplicationBody
    return {
      project,
      name,
      tiers: tiers.map((tier) => ({
        name: tier.name,
        components: tier.components.map((component) => component.name),
      })),
      processes: Object.keys(processes),
    }
  })
}

async function readRelease(
  client: Client,
  people: People,
  name: string,
): Promise<Gathered['release']> {
  const project = people.projects['connected-car']
  const { items } = await client.listReleases({ project, name })
  const applications = (items[0]?.applications ?? []).map((one) => ({
    name: one.application,
    version: one.version,
    passed: one.passed,
  }))
  return { name, applications }
}

async function listTriggers({ people, repositories }: Asking): Promise<readonly TriggerFacts[]> {
  const client = people.as['release-manager']
  const triggers: TriggerFacts[] = []
  for (const repository of TEAM_REPOSITORIES) {
    const project = people.projects[teamOf(repository).project]
    const { items } = await client.listRuns({ project, name: repository, limit: 200 })
    const runs = []
    for (const { id, address, starter, source } of items) {
      if (!starter.startsWith('commit ')) continue
      const builds = countBuilds(await client.showRun({ run: id }))
      runs.push({ address, commit: source?.commit ?? '', builds })
    }
    triggers.push({ repository, commits: countCommits(join(repositories, repository)), runs })
  }
  return triggers
}

function countBuilds(run: Run): number {
  return run.stages
    .flatMap(({ tasks }) => tasks)
    .filter(({ kind }) => kind === 'build')
    .flatMap(({ steps }) => steps.flatMap(({ jobs }) => jobs)).length
}

async function listSnapshots(client: Client, people: People): Promise<readonly SnapshotFacts[]> {
  const all: SnapshotFacts[] = []
  for (const repository of TEAM_REPOSITORIES) {
    const project: ProjectName = teamOf(repository).project
    const { items } = await client.listSnapshots({
      project: people.projects[project],
      application: repository,
    })
    for (const { digest, application, components, processes } of items) {
      const digests = components.map(({ name, digest: of }) => [name, of] as const)
      all.push({ application, digest, components: Object.fromEntries(digests), processes })
    }
  }
  return all
}
