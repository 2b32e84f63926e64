// The story: v1 everywhere, then v2 from three commits through one release to production.

import type { Client } from '@lockstep/client'
import { loadFolder } from '@lockstep/define/check'
import { join } from 'node:path'

import type { AccountName, People, ProjectName } from './accounts.ts'
import { approveAll, type Decision } from './approver.ts'
import {
  commitMistake,
  commitVersion2,
  writeVersion2,
  countCommits,
  TEAM_REPOSITORIES,
  type TeamRepository,
} from './repositories.ts'
import { Stuck, until } from './until.ts'

export type Run = Awaited<ReturnType<Client['showRun']>>
export type Inventory = Awaited<ReturnType<Client['showInventory']>>
export type MadePlan = Awaited<ReturnType<Client['makePlan']>>
export type Release = Awaited<ReturnType<Client['showRelease']>>

/** What the demo has seen while the story ran: the evidence of the thirty-four points. */
export interface Evidence {
  readonly decisions: Decision[]
  readonly teamRuns: Run[]
  readonly releaseRuns: Run[]
  /** Views of the release's runs as they were read while they ran. */
  readonly views: Run[]
  readonly plans: MadePlan[]
  /** Refusals that had to come: by what was tried. */
  readonly refused: Map<string, string>
  readonly inventories: Map<string, Inventory>
  /** The run of the commit with a mistake, when its gate had refused it. */
  mistake: Run | undefined
  /** How many applications the release had collected when it was tried too early. */
  collectedTooEarly: number
  readonly commits: Map<string, number>
}

export interface Stage {
  readonly people: People
  readonly repositories: string
  readonly outbox: string
  /** False: the approvals of releases are left to whoever watches. */
  readonly approves: boolean
  readonly say: (line: string) => void
}

const TEAM: Readonly<
  Record<TeamRepository, { project: ProjectName; developer: AccountName; tester: AccountName }>
> = {
  'vehicle-firmware': {
    project: 'embedded',
    developer: 'embedded-developer',
    tester: 'embedded-tester',
  },
  'data-backend': { project: 'backend', developer: 'backend-developer', tester: 'backend-tester' },
  'mobile-app': { project: 'mobile', developer: 'mobile-developer', tester: 'mobile-tester' },
}

/** The team of a repository. */
export function teamOf(repository: TeamRepository): (typeof TEAM)[TeamRepository] {
  return TEAM[repository]
}

/** Applies the definitions of a repository, as `lockstep apply` does in it. */
export async function applyDefinitions(
  client: Client,
  project: People['projects'][ProjectName],
  repository: string,
): Promise<void> {
  const loaded = await loadFolder(join(repository, 'lockstep'), repository)
  if (loaded.mistakes.length > 0) {
    throw new Error(loaded.mistakes.map(({ message }) => message).join('\n'))
  }
  await client.applyDefinitions({
    project,
    source: loaded.source,
    definitions: loaded.definitions.map(({ definition }) => ({
      definition: definition as unknown as Record<string, unknown>,
    })),
    comment: 'As committed',
  })
}

/** Version 1 in every stage of every place. */
export async function bringVersion1(stage: Stage, evidence: Evidence): Promise<void> {
  const { people, repositories, say } = stage
  for (const name of TEAM_REPOSITORIES) {
    const { project, developer } = TEAM[name]
    await people.as[developer].addRepository({
      project: people.projects[project],
      name,
      url: `file://${join(repositories, name)}`,
      pollMs: 1_000,
    })
  }
  say('Version 1: three commits, three team pipelines')
  await passTeamPipelines(stage, evidence, '1.', [...TEAM_REPOSITORIES])
  say('Version 1: one release to Staging and Production')
  await deliver(stage, evidence, 'connected-car-1.0')
}

/** Version 2 from three commits; one of the teams makes a mistake first. */
export async function bringVersion2(stage: Stage, evidence: Evidence): Promise<void> {
  const { repositories, people, say } = stage
  say('Version 2: the mobile team commits a mistake, and its gate refuses it')
  evidence.mistake = await refuseMistake(stage)
  say('Version 2: committed to all three repositories')
  for (const name of TEAM_REPOSITORIES) {
    const { project, developer } = TEAM[name]
    writeVersion2(repositories, name)
    // Applied before it is committed: the build stamps the contracts of its own commit on what it makes.
    await applyDefinitions(people.as[developer], people.projects[project], join(repositories, name))
    const commit = commitVersion2(repositories, name)
    evidence.commits.set(name, countCommits(join(repositories, name)))
    await people.as[developer].pollRepository({ project: people.projects[project], name })
    say(`  ${name} ${commit.slice(0, 7)}`)
  }
  await passTeamPipelines(stage, evidence, '2.', ['vehicle-firmware', 'data-backend'])
  await startTooEarly(stage, evidence)
  await passTeamPipelines(stage, evidence, '2.', ['mobile-app'])
  say('Version 2: all three have passed; one release to Staging and Production')
  await deliver(stage, evidence, 'connected-car-2.0')
}

async function refuseMistake(stage: Stage): Promise<Run> {
  const { people, repositories } = stage
  const client = people.as['mobile-developer']
  const commit = commitMistake(repositories)
  await client.pollRepository({ project: people.projects.mobile, name: 'mobile-app' })
  const run = await until('the gate that refuses the mistake', async () => {
    const found = await findRunOf(client, people.projects.mobile, commit)
    return found?.stages[0]?.exit.state === 'rejected' ? found : undefined
  })
  await client.abortRun({ run: run.id, reason: 'mended by the next commit' })
  return run
}

async function findRunOf(
  client: Client,
  project: People['projects'][ProjectName],
  commit: string,
): Promise<Run | undefined> {
  const { items } = await client.listRuns({ project, limit: 50 })
  const found = items.find(({ source }) => source?.commit === commit)
  return found === undefined ? undefined : client.showRun({ run: found.id })
}

/** The newest runs of these teams, approved by their testers until they have succeeded. */
async function passTeamPipelines(
  stage: Stage,
  evidence: Evidence,
  version: string,
  names: readonly TeamRepository[],
): Promise<void> {
  const testers = names.map((name) => TEAM[name].tester)
  await withApprovers(stage, evidence, testers, async () => {
    for (const name of names) {
      const { project, developer } = TEAM[name]
      const client = stage.people.as[developer]
      const run = await until(
        `the pipeline of ${name} to pass with ${version}x`,
        async () => {
          const { items } = await client.listRuns({
            project: stage.people.projects[project],
            name,
            limit: 1,
          })
          const [newest] = items
          if (newest === undefined) return undefined
          await refuseFailed(client, newest)
          const passed = newest.state === 'succeeded'
          if (!passed) return undefined
          const whole = await client.showRun({ run: newest.id })
          return whole.brings[0]?.version?.startsWith(version) === true ? whole : undefined
        },
        180_000,
      )
      evidence.teamRuns.push(run)
      stage.say(`  ${name} ${run.brings[0]?.version ?? ''} passed Dev and QA (run ${run.number})`)
    }
  })
}

/** A run that has failed does not succeed any more: says what has failed, with the end of its log. */
async function refuseFailed(
  client: Client,
  run: { readonly id: Run['id']; readonly state: string; readonly address: string },
): Promise<void> {
  if (!['failed', 'errored', 'aborted'].includes(run.state)) return
  throw new Stuck(`${run.address} has ${run.state}\n${await failuresOf(client, run.id)}`)
}

/** Every failed task of a run: its reason, and the last lines of what its jobs printed. */
async function failuresOf(client: Client, id: Run['id']): Promise<string> {
  const run = await client.showRun({ run: id })
  const lines: string[] = []
  for (const task of run.stages.flatMap(({ tasks }) => tasks)) {
    if (!['failed', 'errored', 'unknown', 'waiting'].includes(task.state)) continue
    lines.push(`  ${task.address} ${task.state}: ${task.reason ?? ''}`)
    for (const job of task.steps.flatMap(({ jobs }) => jobs)) {
      if (job.state === 'succeeded') continue
      const { bytes } = await client.readJobLog({ run: id, job: job.id, offset: 0 })
      const log = Buffer.from(bytes, 'base64').toString('utf8').trimEnd().split('\n').slice(-15)
      lines.push(`    ${job.link}@${job.resource} ${job.state}: ${job.reason ?? ''}`)
      lines.push(...log.map((line) => `      ${line}`))
    }
  }
  return lines.join('\n')
}

async function startTooEarly(stage: Stage, evidence: Evidence): Promise<void> {
  const { people } = stage
  const client = people.as['release-manager']
  const project = people.projects['connected-car']
  const release = await until('the release to collect two of three', async () => {
    const found = await findRelease(client, project, 'connected-car-2.0')
    const collected = found.applications.filter(({ version }) => version !== null)
    return collected.length === 2 ? found : undefined
  })
  evidence.collectedTooEarly = release.applications.filter(({ version }) => version !== null).length
  evidence.refused.set(
    'start with two of three',
    await refusalOf(() => client.startRun({ project, name: 'connected-car-2.0' })),
  )
}

/** The release of this name. */
export async function findRelease(
  client: Client,
  project: People['projects'][ProjectName],
  name: string,
): Promise<Release> {
  const { items } = await client.listReleases({ project, name })
  const [release] = items
  if (release === undefined) throw new Error(`there is no release ${name}`)
  return release
}

/** What was said when it was refused; that it was not, otherwise. */
export async function refusalOf(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return ''
}

async function deliver(stage: Stage, evidence: Evidence, name: string): Promise<void> {
  const { people, say } = stage
  const client = people.as['release-manager']
  const project = people.projects['connected-car']
  await until(`${name} to collect all three`, async () => {
    const { state } = await findRelease(client, project, name)
    return state === 'ready' ? true : undefined
  })
  await keepInventory(client, evidence, `before ${name}`)
  const plan = await client.makePlan({ project, name })
  evidence.plans.push(plan)
  const started = await client.startRun({ project, name, plan: plan.digest })
  say(`  ${started.address} started with plan ${plan.digest.slice(7, 15)}`)
  const approvers: readonly AccountName[] = stage.approves
    ? ['qa-lead', 'embedded-lead', 'release-manager-2']
    : []
  const run = await withApprovers(stage, evidence, approvers, () =>
    watchToEnd(stage, evidence, client, started.id),
  )
  evidence.releaseRuns.push(run)
  await keepInventory(client, evidence, `after ${name}`)
}

async function watchToEnd(
  stage: Stage,
  evidence: Evidence,
  client: Client,
  id: Run['id'],
): Promise<Run> {
  let said = ''
  return until(
    'the release to succeed',
    async () => {
      const run = await client.showRun({ run: id })
      evidence.views.push(run)
      await tryAsStarter(evidence, client, run)
      if (run.next !== said) stage.say(`  ${run.next}`)
      said = run.next
      await refuseFailed(client, run)
      const waiting = run.waitsFor.find(({ on, what }) => on === 'person' && /failed/.test(what))
      if (waiting !== undefined) {
        throw new Stuck(
          `${run.address} waits: ${waiting.what}\n${await failuresOf(client, run.id)}`,
        )
      }
      return run.state === 'succeeded' ? run : undefined
    },
    stage.approves ? 240_000 : 24 * 3_600_000,
  )
}

/** Once: the person who started the run tries to approve it. */
async function tryAsStarter(evidence: Evidence, client: Client, run: Run): Promise<void> {
  if (evidence.refused.has('approve as the starter')) return
  const gate = run.stages.map(({ exit }) => exit).find(({ state }) => state === 'waiting')
  if (gate === undefined || gate.id === null) return
  const { covers } = await client.showGate({ gate: gate.id })
  if (covers === null) return
  const { id } = gate
  evidence.refused.set(
    'approve as the starter',
    await refusalOf(() => client.decideGate({ gate: id, decision: 'approve', covers })),
  )
}

/** Keeps what is where in every environment that the release manager sees, under this name. */
export async function keepInventory(
  client: Client,
  evidence: Evidence,
  name: string,
): Promise<void> {
  evidence.inventories.set(name, await client.showInventory({}))
}

async function withApprovers<Result>(
  stage: Stage,
  evidence: Evidence,
  names: readonly AccountName[],
  work: () => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController()
  const shared = {
    outbox: stage.outbox,
    signal: stop.signal,
    holdBack: () => false,
    onDecision: (decision: Decision) => {
      evidence.decisions.push(decision)
      stage.say(`  ${decision.person} approved ${decision.gate.address}`)
    },
  }
  const approving = names.map((name) => approveAll(name, stage.people.as[name], shared))
  try {
    return await work()
  } finally {
    stop.abort()
    await Promise.all(approving)
  }
}
