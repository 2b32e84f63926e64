// The connected car goes from v1 to v2, start to end, checked point by point: `npm run demo`.
//   -- --keep         leaves everything running to look around
//   -- --interactive  leaves the approvals of the second release to you
//   -- --work FOLDER  where everything is put (made anew each time; default: below the temporary folder)

import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

import { createPeople, type People } from './demo/accounts.ts'
import { assignAgents, startAgents } from './demo/agents.ts'
import { HOSTS } from './demo/hosts.ts'
import { stopProduct } from './demo/product-programs.ts'
import { digestsOf, judgePoints } from './demo/points.ts'
import { createRepositories, TEAM_REPOSITORIES } from './demo/repositories.ts'
import { compareRunning } from './demo/running-bytes.ts'
import { createProductDatabases, startServer } from './demo/server.ts'
import {
  applyDefinitions,
  bringVersion1,
  bringVersion2,
  teamOf,
  type Evidence,
  type Run,
  type Stage,
} from './demo/story.ts'
import { presentCounts, presentInventories, presentPoints } from './demo/table.ts'
import { until } from './demo/until.ts'

const PASSWORD = 'a password for the demo only'

const { values: options } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    interactive: { type: 'boolean', default: false },
    work: { type: 'string' },
  },
})

const startedAt = performance.now()
const work = resolve(options.work ?? join(tmpdir(), `lockstep-demo-${userInfo().username}`))

function say(line: string): void {
  const elapsed = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)
  process.stdout.write(`${elapsed} s  ${line}\n`)
}

process.exitCode = await runDemo()

async function runDemo(): Promise<number> {
  stopProduct(join(work, 'hosts'))
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  const data = join(work, 'data')
  say(`Everything is below ${work}`)
  await using server = await startServer({
    data,
    log: join(work, 'server.log'),
    port: 0,
    isNew: true,
  })
  say(`Lockstep is ready at ${server.url}`)
  const databaseUrl = await createProductDatabases(data, [
    ...new Set(HOSTS.flatMap(({ database }) => database ?? [])),
  ])
  const people = await createPeople(server.url, server.setupCode ?? '', PASSWORD)
  const places = {
    server: server.url,
    hosts: join(work, 'hosts'),
    logs: join(work, 'agents'),
    databaseUrl,
  }
  await using agents = new AsyncDisposableStack()
  for (const agent of (await startAgents(people.admin, places)).values()) agents.use(agent)
  agents.defer(() => Promise.resolve(stopProduct(places.hosts)))
  say(`${HOSTS.length} hosts, each with an agent; ${Object.keys(people.as).length} accounts`)
  const repositories = join(work, 'repositories')
  await applyEverything(people, repositories)
  await until('all agents to enrol', async () => {
    const { items } = await people.admin.listAgents({ limit: 200 })
    return items.filter(({ state }) => state === 'online').length === HOSTS.length
      ? true
      : undefined
  })
  await assignAgents(people.admin, people.projects)
  const evidence = emptyEvidence()
  const stage: Stage = { people, repositories, outbox: join(data, 'outbox'), approves: true, say }
  await bringVersion1(stage, evidence)
  if (options.interactive) sayHowToApprove(server.url)
  await bringVersion2({ ...stage, approves: !options.interactive }, evidence)
  const failed = await report(people, evidence, { hosts: places.hosts, databaseUrl })
  if (options.keep) await keepRunning(server.url)
  return failed
}

async function applyEverything(people: People, repositories: string): Promise<void> {
  createRepositories(repositories)
  for (const name of TEAM_REPOSITORIES) {
    const { project, developer } = teamOf(name)
    await applyDefinitions(people.as[developer], people.projects[project], join(repositories, name))
  }
  const manager = people.as['release-manager']
  const project = people.projects['connected-car']
  const path = join(repositories, 'connected-car')
  await applyDefinitions(manager, project, path)
  await manager.addRepository({
    project,
    name: 'connected-car',
    url: `file://${path}`,
    pollMs: 1_000,
  })
}

function emptyEvidence(): Evidence {
  return {
    decisions: [],
    teamRuns: [],
    releaseRuns: [],
    views: [],
    plans: [],
    refused: new Map(),
    inventories: new Map(),
    mistake: undefined,
    collectedTooEarly: 0,
    commits: new Map(),
  }
}

async function report(
  people: People,
  evidence: Evidence,
  places: { readonly hosts: string; readonly databaseUrl: (name: string) => string },
): Promise<number> {
  const rebuilt = await buildAgain(people, evidence)
  say('Comparing what runs with what was built')
  const rows = (await people.as['release-manager'].showInventory({})).items
  const compared = await compareRunning(rows, {
    client: people.as['release-manager'],
    projects: people.projects,
    ...places,
  })
  const verdicts = await judgePoints({ evidence, people, compared, rebuilt })
  const differ = compared.filter(({ running, built }) => running !== built).length
  const release = evidence.releaseRuns.at(-1)
  process.stdout.write(
    [
      '',
      `Release ${release?.title ?? ''}, run ${release?.number ?? 0}: ${release?.state ?? ''}. ` +
        `${evidence.decisions.length} approvals, each asked for by mail; ${differ} programs differ from the snapshots.`,
      '',
      presentInventories(evidence),
      '',
      presentPoints(verdicts),
      '',
      `${presentCounts(verdicts)} ${elapsedText()}`,
      'Look around:  npm run demo -- --keep          Approve yourself:  npm run demo -- --interactive',
      '',
    ].join('\n'),
  )
  return [...verdicts.values()].some(({ kind }) => kind === 'failed') ? 1 : 0
}

/** The mobile app's last commit once more: the same bits must come out, and its deployment has nothing to do. */
async function buildAgain(
  people: People,
  evidence: Evidence,
): Promise<{ readonly first: readonly string[]; readonly second: readonly string[] }> {
  say('Building the same commit a second time')
  const client = people.as['mobile-developer']
  const project = people.projects.mobile
  const first = evidence.teamRuns.findLast(({ name }) => name === 'mobile-app')
  if (first === undefined) return { first: [], second: [] }
  const started = await client.startRun({ project, name: 'mobile-app' })
  const second = await until(
    'the second build',
    async () => {
      const run: Run = await client.showRun({ run: started.id })
      return run.stages[0]?.exit.state === 'passed' ? run : undefined
    },
    120_000,
  )
  await client.abortRun({ run: second.id, reason: 'only built to compare' })
  return {
    first: await digestsOf(client, first, project),
    second: await digestsOf(client, second, project),
  }
}

function elapsedText(): string {
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s.`
}

function sayHowToApprove(url: string): void {
  say('The approvals of the second release are yours. Sign in and look:')
  say(`  npm run lockstep -- login ${url}     as qa-lead, embedded-lead or release-manager-2`)
  say(`  password: ${PASSWORD}`)
  say('  npm run lockstep -- gate list --mine')
}

async function keepRunning(url: string): Promise<void> {
  say(`Everything keeps running at ${url} until you press Ctrl-C.`)
  say(`Sign in as release-manager, password: ${PASSWORD}`)
  const { promise, resolve } = Promise.withResolvers<void>()
  const idle = setInterval(() => undefined, 60_000)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  await promise
  clearInterval(idle)
}
