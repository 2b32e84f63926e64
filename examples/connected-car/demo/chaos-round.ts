// One round of chaos: a new version of all three parts goes to production while programs are killed at random moments.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import type { ProjectName } from './accounts.ts'
import { approveAll } from './approver.ts'
import { HOSTS } from './hosts.ts'
import { bumpVersion, TEAM_REPOSITORIES } from './repositories.ts'
import { compareRunning } from './running-bytes.ts'
import type { Scene } from './scene.ts'
import { findRelease, teamOf } from './story.ts'
import { until } from './until.ts'

/** What is killed. */
export const VICTIMS = ['server', 'agent', 'supervisor', 'postgres'] as const
export type Victim = (typeof VICTIMS)[number]

/** How a round went. */
export interface RoundReport {
  readonly round: number
  readonly kills: Readonly<Record<Victim, number>>
  readonly seconds: number
  /** A person had to help: a failed task was tried again, an unknown one resolved. */
  readonly helped: readonly string[]
  /** What must never be: something lost, or run twice without notice. */
  readonly violations: readonly string[]
}

/** A source of chance that gives the same numbers for the same seed (mulberry32). */
export function createChance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Plays one round on the scene. Ends when the release has succeeded and everything is compared. */
export async function playRound(
  scene: Scene,
  round: number,
  chance: () => number,
): Promise<RoundReport> {
  const startedAt = performance.now()
  const kills: Record<Victim, number> = { server: 0, agent: 0, supervisor: 0, postgres: 0 }
  const helped: string[] = []
  const stop = new AbortController()
  const killing = killAtRandom(scene, chance, kills, stop.signal)
  const approving = [
    'embedded-tester',
    'backend-tester',
    'mobile-tester',
    'qa-lead',
    'embedded-lead',
    'release-manager-2',
  ].map((name) => approveThroughFaults(scene, name as keyof Scene['people']['as'], stop.signal))
  const version = `2.0.${round}`
  for (const name of TEAM_REPOSITORIES) bumpVersion(scene.repositories, name, version)
  await deliver(scene, round, version, helped)
  stop.abort()
  await Promise.all([killing, ...approving])
  const violations = await findViolations(scene, version)
  return { round, kills, seconds: (performance.now() - startedAt) / 1000, helped, violations }
}

async function deliver(
  scene: Scene,
  round: number,
  version: string,
  helped: string[],
): Promise<void> {
  const client = scene.people.as['release-manager']
  const project = scene.people.projects['connected-car']
  const name = `chaos-${round}`
  await persist(() => applyRelease(scene, name, version))
  await persist(() =>
    until(
      `${name} to collect all three`,
      async () => {
        await helpTeams(scene, helped)
        const { state } = await findRelease(client, project, name)
        return state === 'ready' ? true : undefined
      },
      300_000,
    ),
  )
  const started = await persist(() =>
    client.startRun({ project, name }, { idempotencyKey: `chaos-round-${round}-start` }),
  )
  await persist(() =>
    until(
      `${name} to succeed`,
      async () => {
        const run = await client.showRun({ run: started.id })
        if (run.state === 'succeeded') return true
        await help(client, run, helped)
        return undefined
      },
      300_000,
    ),
  )
}

/** The same release for another set of versions. */
async function applyRelease(scene: Scene, name: string, version: string): Promise<void> {
  const client = scene.people.as['release-manager']
  const project = scene.people.projects['connected-car']
  const reference = (owner: string, application: string): { project: string; name: string } => ({
    project: owner,
    name: application,
  })
  const definition = {
    kind: 'release',
    name,
    title: `Chaos ${version}`,
    owner: { group: 'release-managers' },
    pipeline: { name: 'connected-car' },
    applications: TEAM_REPOSITORIES.map((application) => {
      const owner = teamOf(application).project
      return {
        kind: 'collect',
        application: reference(owner, application),
        from: reference(owner, application),
        versions: version,
      }
    }),
    environments: { staging: { name: 'staging' }, production: { name: 'production' } },
  }
  await client.applyDefinitions({
    project,
    source: name,
    definitions: [{ definition }],
    comment: 'chaos',
  })
}

type Client = Scene['people']['admin']
type Run = Awaited<ReturnType<Client['showRun']>>

/** What a person would do, each time counted: try again what failed, resolve what nobody knows. */
async function help(client: Client, run: Run, helped: string[]): Promise<void> {
  for (const stage of run.stages) {
    for (const task of stage.tasks) {
      for (const job of task.steps.flatMap(({ jobs }) => jobs)) {
        if (job.state !== 'unknown') continue
        await client.resolveJob({
          run: run.id,
          job: job.id,
          verdict: 'try_again',
          reason: 'repeatable',
        })
        helped.push(`${task.address}: resolved ${job.link}@${job.resource}`)
      }
      if (!['failed', 'errored'].includes(task.state) || run.state !== 'waiting') continue
      await client.retryTask({ run: run.id, stage: stage.name, task: task.key, reason: 'chaos' })
      helped.push(`${task.address}: tried again (${task.reason ?? ''})`)
    }
  }
}

async function helpTeams(scene: Scene, helped: string[]): Promise<void> {
  for (const name of TEAM_REPOSITORIES) {
    const { project, developer } = teamOf(name)
    const client = scene.people.as[developer]
    const { items } = await client.listRuns({
      project: scene.people.projects[project],
      name,
      limit: 1,
    })
    const [newest] = items
    if (newest === undefined || !['failed', 'errored'].includes(newest.state)) continue
    await client.startRun({ project: scene.people.projects[project], name })
    helped.push(`${newest.address}: ${newest.state}, started again`)
  }
}

/** Goes on through refused connections: the server is down for a moment. */
async function persist<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
  let last: unknown
  for (let tries = 0; tries < 40; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      last = error
      if (error instanceof Error && error.name === 'Refused' && !isPassing(error)) throw error
      await delay(500)
    }
  }
  throw last
}

function isPassing(error: Error): boolean {
  return 'status' in error && typeof error.status === 'number' && error.status >= 500
}

async function approveThroughFaults(
  scene: Scene,
  name: keyof Scene['people']['as'],
  signal: AbortSignal,
): Promise<void> {
  const shared = {
    outbox: scene.outbox,
    signal,
    holdBack: () => false,
    onDecision: () => undefined,
  }
  while (!signal.aborted) {
    await approveAll(name, scene.people.as[name], shared).catch(() => undefined)
    await delay(200)
  }
}

// ── killing ──────────────────────────────────────────────────────────────────────────────────

async function killAtRandom(
  scene: Scene,
  chance: () => number,
  kills: Record<Victim, number>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await delay(2_000 + chance() * 8_000, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    const victim = VICTIMS[Math.floor(chance() * VICTIMS.length)] ?? 'agent'
    if (await killOne(scene, victim, chance)) kills[victim] += 1
  }
}

async function killOne(scene: Scene, victim: Victim, chance: () => number): Promise<boolean> {
  switch (victim) {
    case 'server':
      await scene.server().program.kill()
      await scene.restartServer()
      return true
    case 'agent': {
      const host = pick(HOSTS, chance)
      await scene.agents.get(host?.name ?? '')?.kill()
      scene.restartAgent(host?.name ?? '')
      return true
    }
    case 'supervisor':
      return kill(pick(findProcesses('supervise', scene.work), chance))
    case 'postgres':
      return kill(pick(findPostgres(scene.data), chance))
  }
}

function pick<Item>(items: readonly Item[], chance: () => number): Item | undefined {
  return items[Math.floor(chance() * items.length)]
}

function kill(pid: number | undefined): boolean {
  if (pid === undefined) return false
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

/** Processes of this scene whose command line has this word. */
function findProcesses(word: string, work: string): readonly number[] {
  return processes()
    .filter(({ command }) => command.includes(word) && command.includes(work))
    .map(({ pid }) => pid)
}

/** The postmaster of the scene's data folder and everything that it started. */
function findPostgres(data: string): readonly number[] {
  const all = processes()
  const postmaster = all.find(
    ({ command }) => command.includes(join(data, 'pg')) && command.includes('postgres'),
  )
  if (postmaster === undefined) return []
  return [
    postmaster.pid,
    ...all.filter(({ parent }) => parent === postmaster.pid).map(({ pid }) => pid),
  ]
}

interface Process {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

function processes(): readonly Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      return [{ pid: Number(name), parent, command }]
    } catch {
      return []
    }
  })
}

// ── the oracle ───────────────────────────────────────────────────────────────────────────────

/** Everything that must hold after a round, by the targets' own counts, the journals, the audit and the running bytes. */
async function findViolations(scene: Scene, version: string): Promise<readonly string[]> {
  return [
    ...findDoubleStarts(scene),
    ...findDoubleJournals(scene),
    ...(await persist(() => findBrokenAudit(scene))),
    ...(await persist(() => findWrongBytes(scene, version))),
  ]
}

/** The target counts by itself: one line for each start, with the job and attempt that it was told. */
function findDoubleStarts(scene: Scene): readonly string[] {
  return HOSTS.flatMap(({ name }) => {
    const folder = join(scene.places.hosts, name, 'programs')
    return readdirSync(folder)
      .filter((file) => file.endsWith('.starts'))
      .flatMap((file) => {
        const lines = readFileSync(join(folder, file), 'utf8').trim().split('\n')
        const keys = lines
          .map((line) => JSON.parse(line) as { job: string | null; attempt: unknown })
          .flatMap(({ job, attempt }) => (job === null ? [] : [`${job} ${String(attempt)}`]))
        return repeated(keys).map((key) => `${name} ${file}: ${key} ran twice`)
      })
  })
}

/** At most one `started` for each job and fence, over the journals of all agents. */
function findDoubleJournals(scene: Scene): readonly string[] {
  const keys = HOSTS.flatMap(({ name }) => {
    const folder = join(scene.places.hosts, name, 'agent')
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('journal'))
      .flatMap((path) => {
        const starts = readFileSync(join(folder, path), 'utf8')
          .split('\n')
          .filter((line) => line.includes('"started"'))
        return starts.map(() => `${name} ${path}`)
      })
  })
  return repeated(keys).map((key) => `${key}: started twice`)
}

function repeated(keys: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return keys.filter((key) => {
    const again = seen.has(key)
    seen.add(key)
    return again
  })
}

async function findBrokenAudit(scene: Scene): Promise<readonly string[]> {
  const { ok, broken } = await scene.people.admin.verifyAudit()
  return ok ? [] : [`the audit trail is broken: ${broken ?? ''}`]
}

async function findWrongBytes(scene: Scene, version: string): Promise<readonly string[]> {
  const client = scene.people.as['release-manager']
  const { items } = await client.showInventory({})
  const rows = items.filter(({ environmentTitle }) =>
    ['Staging', 'Production'].includes(environmentTitle),
  )
  const compared = await compareRunning(rows, {
    client,
    projects: scene.people.projects as Readonly<
      Record<ProjectName, Scene['people']['projects'][ProjectName]>
    >,
    hosts: scene.places.hosts,
    databaseUrl: scene.places.databaseUrl,
  })
  return [
    ...rows
      .filter(({ reported, verified }) => reported?.version !== version || !verified)
      .map(
        ({ component, resource, reported }) =>
          `${component} on ${resource} is ${reported?.version ?? 'gone'}, or not verified`,
      ),
    ...compared
      .filter(({ running, built }) => running !== built)
      .map(({ where }) => `${where} runs other bytes`),
  ]
}
