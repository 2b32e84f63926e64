// The agent's one repeated request: renew what it holds, take what it brings, and wait for work.

import { LEASE_MS, POLL_HOLD_MS } from '@lockstep/contract'
import type { JobMessage, PollAnswer, PollRequest } from '@lockstep/contract'
import type { AgentId, Plan } from '@lockstep/domain'
import { takeVerifyRequest } from '../postgres/agents/agents.ts'
import type { AgentRecord } from '../postgres/agents/agents.ts'
import { saveFindings } from '../postgres/agents/findings.ts'
import type { ClaimedJob } from '../ports/job-claims.ts'
import { answerAgent, refuseAgent } from './answer.ts'
import type { AgentAnswer } from './answer.ts'
import { composeJob } from './compose-job.ts'
import type { AgentDeps } from './deps.ts'
import type { HeldPolls, Waiter } from './hold-polls.ts'
import type { AgentLookups } from './lookups.ts'
import { poolsOf } from './pools.ts'

export interface PollDeps extends AgentDeps {
  readonly held: HeldPolls
  readonly lookups: AgentLookups
  readonly random: () => number
  readonly stopped: AbortSignal
}

/** For jobs that are not this agent's any more. */
const STALE_GRACE_MS = 10_000

/** Answers as soon as there is something for the agent, else when the hold is over. `gone` aborts when nobody listens any more. */
export async function poll(
  deps: PollDeps,
  caller: AgentRecord,
  request: PollRequest,
  gone: AbortSignal,
): Promise<AgentAnswer<PollAnswer>> {
  if (isNews(caller, request)) {
    const { version, labels } = request
    await deps.lookups.noteSeen({ agent: caller.id, version, labels })
  }
  await takeFindings(deps, caller, request)
  const holdMs = request.hurry === true ? 0 : (deps.holdMs ?? spreadHoldMs(deps.random()))
  const deadline = performance.now() + holdMs
  using held = deps.held.enter(caller.id)
  const over = AbortSignal.any([gone, deps.stopped])
  let agent: AgentRecord | undefined = caller
  for (;;) {
    held.look()
    const labels = labelsOf(agent, request)
    const word = await tell(deps, agent, request)
    const leftMs = hasNews(word) ? 0 : deadline - performance.now()
    const claimed = await held.work(waiterOf(agent, request, labels), leftMs, over)
    if (claimed.length > 0 || leftMs <= 0 || deadline <= performance.now() || over.aborted) {
      // Nobody hears this answer: the agent's next poll, which may be waiting already, is offered the same jobs.
      if (gone.aborted && claimed.length > 0) deps.held.wakeAgents([caller.id])
      const jobs = await composeAll(deps, agent.id, claimed)
      const serverTime = Math.round(deps.reactor.now())
      return answerAgent({ ...word, jobs, labels: [...labels], serverTime })
    }
    // Read anew each time: a person may have drained or revoked it meanwhile.
    agent = await deps.lookups.findAgent(caller.id)
    if (agent === undefined) return refuseAgent('not_authentic', 'This agent was shut out.')
  }
}

/** Whether the poll says something about the agent that is not noted yet. */
function isNews(agent: AgentRecord, { version, labels }: PollRequest): boolean {
  if (!agent.isSeen || agent.version !== version) return true
  return !agent.areLabelsBound && labels.join('\n') !== agent.labels.join('\n')
}

/** The labels that count. */
function labelsOf(agent: AgentRecord, request: PollRequest): readonly string[] {
  return agent.areLabelsBound ? agent.labels : request.labels
}

function waiterOf(agent: AgentRecord, request: PollRequest, labels: readonly string[]): Waiter {
  return {
    agent: agent.id,
    pools: poolsOf(agent.id, labels),
    environments: agent.environments,
    projects: agent.projects,
    freeSlots: request.freeSlots,
    running: request.running.map(({ job }) => job),
    isDraining: agent.isDraining,
  }
}

/** Agents that began together must not come back together. */
function spreadHoldMs(chance: number): number {
  return POLL_HOLD_MS.least + chance * (POLL_HOLD_MS.most - POLL_HOLD_MS.least)
}

/** What an agent is told beside its work. */
type Word = Pick<PollAnswer, 'cancel' | 'drain' | 'verify'>

function hasNews(word: Word): boolean {
  return word.cancel.length > 0 || word.verify
}

async function tell(deps: PollDeps, agent: AgentRecord, request: PollRequest): Promise<Word> {
  return {
    cancel: await renew(deps, agent.id, request),
    drain: agent.isDraining,
    verify: agent.isVerifyAsked && (await takeVerifyRequest(deps.db, agent.id)),
  }
}

/**
 * Nobody here can say that a job in these states must stop. `gone`: it may be of a time before a restore. `unknown`: contact
 * was lost, and what the journal says is evidence. `ready`: a crash of the database took the claim back; the agent asks
 * before it begins, and may be given the very same claim again.
 */
const UNDECIDED: ReadonlySet<string> = new Set(['gone', 'unknown', 'ready'])

/** Renews the leases of what the agent says it has. Returns what it must stop: it is to be ended, or somebody else's, or nobody's. */
async function renew(
  deps: AgentDeps,
  agent: AgentId,
  request: PollRequest,
): Promise<PollAnswer['cancel']> {
  const held = request.running.map(({ job, fence }) => ({ job, fence }))
  const answers = await deps.claims.renew(agent, held, LEASE_MS)
  const fences = new Map(request.running.map(({ job, fence }) => [job, fence]))
  return answers.flatMap((answer) => {
    const { job } = answer
    const fence = fences.get(job) ?? 1
    if (answer.held) return answer.cancel === null ? [] : [{ job, fence, ...answer.cancel }]
    if (UNDECIDED.has(answer.status) && answer.cancel === null) return []
    return [{ job, fence, graceMs: answer.cancel?.graceMs ?? STALE_GRACE_MS }]
  })
}

async function composeAll(
  deps: PollDeps,
  agent: AgentId,
  claimed: readonly ClaimedJob[],
): Promise<JobMessage[]> {
  const messages: JobMessage[] = []
  for (const job of claimed) {
    const message = await composeOrEnd(deps, agent, job)
    if (message !== undefined) messages.push(message)
  }
  return messages
}

/** A job that cannot be put into a message ends here, with the reason; else it would be offered for ever. */
async function composeOrEnd(
  deps: PollDeps,
  agent: AgentId,
  job: ClaimedJob,
): Promise<JobMessage | undefined> {
  const plan: Plan | undefined = await deps.lookups.findPlan(job.plan)
  const composed =
    plan === undefined
      ? { ok: false as const, reason: `The plan ${job.plan} is not stored any more.` }
      : await composeJob(deps, agent, job, plan)
  if (composed.ok) return composed.message
  const { id, fence, target, link, attempt } = job
  const report = { outcome: 'errored', exitCode: null, reason: composed.reason } as const
  await deps.reactor.submit(
    job.owner,
    { type: 'job_finished', job: id, fence, target, link, attempt, report },
    'rule',
    { owned: { job: id, fence, while: 'held', outcome: { status: 'errored', report } } },
  )
  return undefined
}

async function takeFindings(
  deps: AgentDeps,
  agent: AgentRecord,
  request: PollRequest,
): Promise<void> {
  if (request.installed === undefined) return
  const { environments } = agent
  const findings = request.installed.map(({ environment, component, runs, verified }) => ({
    environment,
    component,
    runs,
    isVerified: verified,
  }))
  await saveFindings(deps.db, agent, environments, findings)
}
