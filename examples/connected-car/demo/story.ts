// The story: v1 everywhere, then v2 from three commits through one release to production.

import type { Client } from '@lockstep/client'
import { loadFolder } from '@lockstep/define/check'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import type { AccountName, People, ProjectName } from './accounts.ts'
import {
  approveAll,
  readDecisions,
  seeWaiting,
  type Approving,
  type Gate,
  type Phone,
  type SeenGates,
} from './approver.ts'
import { inventoryFacts, runFacts, viewFacts, type Evidence, type Run } from './evidence.ts'
import { progressOf } from './progress.ts'
import { buildAgain } from './rebuild.ts'
import {
  commitMistake,
  commitVersion2,
  writeVersion2,
  TEAM_REPOSITORIES,
  type TeamRepository,
} from './repositories.ts'
import { Stuck, until, WAITS_MS_MAX } from './until.ts'
import { runPage, type Visitor } from './visitor.ts'

type Release = Awaited<ReturnType<Client['showRelease']>>

export interface Stage {
  readonly url: string
  readonly people: People
  readonly repositories: string
  readonly outbox: string
  /** False: the approvals of releases are left to whoever watches. */
  readonly approves: boolean
  readonly say: (line: string) => void
  /** Who approves Production on a phone; nobody does where there is no browser. */
  readonly visitor?: Promise<Visitor | undefined>
  /** Tells whoever watches that this gate waits for them. */
  readonly ask: (gate: Gate) => void
}

/** Repositories are also asked by themselves; the story asks right after each commit, as a hook of a Git host does. */
export const POLL_MS = 3_000
/** The release manager looks at the run this often. */
const LOOK_EVERY_MS = 400

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
      url: pathToFileURL(join(repositories, name)).href,
      pollMs: POLL_MS,
    })
  }
  say('Version 1 is committed to three repositories; their team pipelines run')
  await passTeamPipelines(stage, evidence, '1.', [...TEAM_REPOSITORIES])
  say('Version 1 has passed in all three; one release takes it to Staging and Production')
  await deliver(stage, evidence, 'connected-car-1.0')
}

/**
 * Version 2 from three commits. One of the teams makes a mistake first, so the other two have passed before it: the release
 * does not start without the third.
 */
export async function bringVersion2(stage: Stage, evidence: Evidence): Promise<void> {
  const { say } = stage
  say('Version 2 is committed to all three repositories, with a mistake in mobile-app')
  await commit(stage, 'vehicle-firmware', commitVersion2)
  await commit(stage, 'data-backend', commitVersion2)
  const mistake = await commit(stage, 'mobile-app', commitMistake)
  evidence.mistake = runFacts(await refuseMistake(stage, mistake))
  say(`  ${evidence.mistake.stages[0]?.exit.address ?? ''} refused the mistake`)
  await commit(stage, 'mobile-app', commitVersion2)
  await passTeamPipelines(stage, evidence, '2.', ['vehicle-firmware', 'data-backend'])
  await startTooEarly(stage, evidence)
  await passTeamPipelines(stage, evidence, '2.', ['mobile-app'])
  say('Version 2 has passed in all three; one release takes it to Staging and Production')
  const building = buildAgain(stage, evidence)
  await Promise.all([building, deliver(stage, evidence, 'connected-car-2.0')])
  evidence.rebuilt = await building
}

/** Puts version 2 on top, applies its definitions, commits, and asks for the commit as a hook of a Git host does. */
async function commit(
  stage: Stage,
  name: TeamRepository,
  commitIt: (path: string, name: TeamRepository) => string,
): Promise<string> {
  const { people, repositories, say } = stage
  const { project, developer } = TEAM[name]
  writeVersion2(repositories, name)
  // Applied before it is committed: the build stamps the contracts of its own commit on what it makes.
  await applyDefinitions(people.as[developer], people.projects[project], join(repositories, name))
  const made = commitIt(repositories, name)
  await people.as[developer].pollRepository({ project: people.projects[project], name })
  say(`  ${developer} committed ${made.slice(0, 7)} to ${name}`)
  return made
}

async function refuseMistake(stage: Stage, commit: string): Promise<Run> {
  const client = stage.people.as['mobile-developer']
  const run = await until('the gate that refuses the mistake', async () => {
    const found = await findRunOf(client, stage.people.projects.mobile, commit)
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
      const run = await until(`the pipeline of ${name} to pass with ${version}x`, async () => {
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
      })
      evidence.teamRuns.push(runFacts(run))
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
  evidence.refused['start with two of three'] = await refusalOf(() =>
    client.startRun({ project, name: 'connected-car-2.0' }),
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
  const started = await client.startRun({ project, name, plan: plan.digest })
  say(`  ${started.address} started with plan ${plan.digest.slice(7, 15)}; its page is`)
  say(`  ${runPage(stage.url, started.address)}`)
  const approvers: readonly AccountName[] = stage.approves
    ? ['qa-lead', 'embedded-lead', 'release-manager-2']
    : []
  const watched = (await stage.visitor)?.watchRun('release-manager', started.address)
  const run = await withApprovers(stage, evidence, approvers, () =>
    watchToEnd(stage, evidence, client, started.id),
  )
  evidence.runPage = await (await watched)?.toEnd()
  evidence.releaseRuns.push(runFacts(run))
  await keepInventory(client, evidence, `after ${name}`)
}

async function watchToEnd(
  stage: Stage,
  evidence: Evidence,
  client: Client,
  id: Run['id'],
): Promise<Run> {
  let said = ''
  const seen: SeenGates = new Map()
  const run = await until(
    'the release to succeed',
    async () => {
      const run = await client.showRun({ run: id })
      evidence.views.push(viewFacts(run))
      if (!stage.approves) {
        for (const gate of await seeWaiting(client, run, seen)) stage.ask(gate)
      }
      await tryAsStarter(evidence, client, run)
      const progress = progressOf(run)
      if (progress !== said) stage.say(`  ${progress}`)
      said = progress
      await refuseFailed(client, run)
      const waiting = run.waitsFor.find(({ on, what }) => on === 'person' && /failed/.test(what))
      if (waiting !== undefined) {
        throw new Stuck(
          `${run.address} waits: ${waiting.what}\n${await failuresOf(client, run.id)}`,
        )
      }
      return run.state === 'succeeded' ? run : undefined
    },
    stage.approves ? WAITS_MS_MAX : 24 * 3_600_000,
    LOOK_EVERY_MS,
  )
  evidence.decisions.push(...(await readDecisions(client, stage.outbox, seen)))
  return run
}

const AS_STARTER = 'approve as the starter'

/** Once: the person who started the run tries to approve it. */
async function tryAsStarter(evidence: Evidence, client: Client, run: Run): Promise<void> {
  if (AS_STARTER in evidence.refused) return
  const gate = run.stages.map(({ exit }) => exit).find(({ state }) => state === 'waiting')
  if (gate === undefined || gate.id === null) return
  const { covers } = await client.showGate({ gate: gate.id })
  if (covers === null) return
  const { id } = gate
  evidence.refused[AS_STARTER] = await refusalOf(() =>
    client.decideGate({ gate: id, decision: 'approve', covers }),
  )
}

/** Keeps what is where in every environment that the release manager sees, under this name. */
async function keepInventory(client: Client, evidence: Evidence, name: string): Promise<void> {
  evidence.inventories[name] = inventoryFacts(await client.showInventory({}))
}

async function withApprovers<Result>(
  stage: Stage,
  evidence: Evidence,
  names: readonly AccountName[],
  work: () => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController()
  const phone = phoneOf(await stage.visitor, evidence)
  const shared: Approving = {
    outbox: stage.outbox,
    signal: stop.signal,
    ...(phone === undefined ? {} : { phone }),
    // The one who started a release tries it first, and is refused.
    holdBack: ({ project }) => project === 'connected-car' && !(AS_STARTER in evidence.refused),
    onDecision: (decision) => {
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

function phoneOf(visitor: Visitor | undefined, evidence: Evidence): Phone | undefined {
  if (visitor === undefined) return undefined
  return {
    person: 'release-manager-2',
    gate: 'connected-car-2.0/1/production.entry',
    approve: (person, link, comment) => visitor.approveOnPhone(person, link, comment),
    onApproved: (facts) => void (evidence.phone = facts),
  }
}
