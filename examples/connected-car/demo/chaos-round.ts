// One round of chaos: a new version of all three parts goes to production while programs are killed at random moments.

import { setTimeout as delay } from 'node:timers/promises'

import { approveAll } from './approver.ts'
import { gatherEvidence } from './chaos-evidence.ts'
import { killAtRandom, type Victim } from './chaos-kill.ts'
import { findViolations } from './chaos-oracle.ts'
import type { Run } from './evidence.ts'
import { unlessAborted } from './interruption.ts'
import { persist } from './persist.ts'
import { bumpVersion, TEAM_REPOSITORIES } from './repositories.ts'
import type { Scene } from './scene.ts'
import { findRelease, teamOf } from './story.ts'
import { Stuck, until } from './until.ts'

/** How a round went. */
export interface RoundReport {
  readonly round: number
  readonly kills: Readonly<Record<Victim, number>>
  /** The kinds of PostgreSQL's processes that were killed. */
  readonly postgres: readonly string[]
  readonly seconds: number
  /** Attempts that followed another one by rule, each shown by the server: lost, or failed meanwhile. */
  readonly repeated: number
  /** A person had to help: a failed task was tried again, an unknown one resolved. */
  readonly helped: readonly string[]
  /** What must never be: something lost, or run twice without notice. */
  readonly violations: readonly string[]
}

type Client = Scene['people']['admin']

const APPROVERS = [
  'embedded-tester',
  'backend-tester',
  'mobile-tester',
  'qa-lead',
  'embedded-lead',
  'release-manager-2',
] as const satisfies readonly (keyof Scene['people']['as'])[]

/** Neither all three pipelines nor the release may take longer, however slow the machine. */
const ROUND_HALF_MS_MAX = 1_800_000

/**
 * Plays one round on the scene. Ends when the release has succeeded and everything is compared; when the signal comes before,
 * it rejects with its reason, and nothing is killed or started again any more.
 */
export async function playRound(
  scene: Scene,
  round: number,
  chance: () => number,
  signal: AbortSignal,
): Promise<RoundReport> {
  const startedAt = performance.now()
  const kills: Record<Victim, number> = { server: 0, agent: 0, supervisor: 0, postgres: 0 }
  const postgres: string[] = []
  const helped = new Set<string>()
  const stop = new AbortController()
  const ownEnds: string[] = []
  const killing = killAtRandom(scene, chance, stop.signal, {
    onKill(victim, name) {
      kills[victim] += 1
      if (victim === 'postgres') postgres.push(name)
    },
    onOwnEnd: (what) => void ownEnds.push(what),
  })
  const approving = APPROVERS.map((name) => approveThroughFaults(scene, name, stop.signal))
  const version = `2.0.${round}`
  for (const name of TEAM_REPOSITORIES) bumpVersion(scene.repositories, name, version)
  const delivered = await unlessAborted(signal, deliver(scene, round, version, helped)).then(
    (run) => ({ run }),
    (error: unknown) => ({ error }),
  )
  stop.abort()
  await Promise.all([killing, ...approving])
  signal.throwIfAborted()
  const report = { round, kills, postgres, helped: [...helped] }
  const secondsSince = (): number => (performance.now() - startedAt) / 1000
  if ('error' in delivered) {
    const stuck = `the round did not come to its end: ${String(delivered.error)}`
    const violations = [...ownEnds, stuck]
    return { ...report, seconds: secondsSince(), repeated: 0, violations }
  }
  const evidence = await gatherEvidence(scene, version, delivered.run)
  const repeated = evidence.jobs.filter(({ cause }) => cause !== null).length
  const violations = [...ownEnds, ...findViolations(evidence)]
  return { ...report, seconds: secondsSince(), repeated, violations }
}

/** Brings the version through the team pipelines and one release to Production; the run of the release. */
async function deliver(
  scene: Scene,
  round: number,
  version: string,
  helped: Set<string>,
): Promise<Run['id']> {
  const client = scene.people.as['release-manager']
  const project = scene.people.projects['connected-car']
  const name = `chaos-${round}`
  await persist(() => applyRelease(scene, name, version))
  await until(
    `${name} to collect all three`,
    async () => {
      await helpTeams(scene, helped)
      const { state } = await findRelease(client, project, name)
      return state === 'ready' ? true : undefined
    },
    ROUND_HALF_MS_MAX,
  )
  const started = await persist(() =>
    client.startRun({ project, name }, { idempotencyKey: `chaos-round-${round}-start` }),
  )
  await until(
    `${name} to succeed`,
    async () => {
      const run = await client.showRun({ run: started.id })
      if (run.state === 'succeeded') return true
      if (['failed', 'errored', 'aborted'].includes(run.state)) {
        throw new Stuck(`${run.address} has ${run.state}`)
      }
      await help(client, run, helped)
      return undefined
    },
    ROUND_HALF_MS_MAX,
  )
  return started.id
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

// ── what a person would do, each time counted before it is done ─────────────────────────────────

/** Tries again what has failed, resolves what nobody knows, has a rejected gate judged again. */
async function help(client: Client, run: Run, helped: Set<string>): Promise<void> {
  for (const stage of run.stages) {
    for (const gate of [stage.entry, stage.exit]) {
      if (gate.state !== 'rejected' || gate.id === null || run.state !== 'waiting') continue
      const why = gate.rules.find(({ state }) => state === 'failed' || state === 'rejected')
      helped.add(`${gate.address}: judged again (${why?.name ?? ''}: ${why?.evidence ?? ''})`)
      await client.retryGate({ gate: gate.id, reason: 'chaos' })
    }
    for (const task of stage.tasks) {
      // An attempt that was lost and repeated by rule stays unknown; only what the step counts so waits for somebody.
      for (const job of task.steps.flatMap(({ unknown, jobs }) => (unknown > 0 ? jobs : []))) {
        if (job.state !== 'unknown') continue
        helped.add(`${task.address}: resolved ${job.link} on ${job.resource}`)
        const verdict = 'try_again'
        await client.resolveJob({ run: run.id, job: job.id, verdict, reason: 'repeatable' })
      }
      if (!['failed', 'errored'].includes(task.state) || run.state !== 'waiting') continue
      helped.add(`${task.address}: tried again (${task.reason ?? ''})`)
      await client.retryTask({ run: run.id, stage: stage.name, task: task.key, reason: 'chaos' })
    }
  }
}

async function helpTeams(scene: Scene, helped: Set<string>): Promise<void> {
  for (const name of TEAM_REPOSITORIES) {
    const { project, developer } = teamOf(name)
    const client = scene.people.as[developer]
    const { items } = await client.listRuns({
      project: scene.people.projects[project],
      name,
      limit: 1,
    })
    const [newest] = items
    if (newest === undefined) continue
    if (newest.state === 'waiting') {
      await help(client, await client.showRun({ run: newest.id }), helped)
    }
    if (!['failed', 'errored'].includes(newest.state)) continue
    helped.add(`${newest.address}: ${newest.state}, started again`)
    await client.startRun({ project: scene.people.projects[project], name })
  }
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
