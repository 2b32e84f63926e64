// The agent's one repeated request: renew what it holds, take what it brings, and wait for work.

import { LEASE_MS, POLL_HOLD_MS } from '@lockstep/contract'
import type { JobMessage, PollAnswer, PollRequest } from '@lockstep/contract'
import type { AgentId, Plan } from '@lockstep/domain'
import { listCancelled } from '../postgres/agents/agent-jobs.ts'
import { noteSeen, takeVerifyRequest } from '../postgres/agents/agents.ts'
import type { AgentRecord } from '../postgres/agents/agents.ts'
import { saveFindings } from '../postgres/agents/findings.ts'
import type { ClaimedJob } from '../ports/job-claims.ts'
import { answerAgent, refuseAgent } from './answer.ts'
import type { AgentAnswer } from './answer.ts'
import { composeJob } from './compose-job.ts'
import type { AgentDeps } from './deps.ts'
import type { HeldPolls, Waiter } from './hold-polls.ts'
import type { AgentLookups } from './lookups.ts'

export interface PollDeps extends AgentDeps {
  readonly held: HeldPolls
  readonly lookups: AgentLookups
  readonly random: () => number
  readonly stopped: AbortSignal
}

/** Work that names no label: any agent that is assigned there takes it. */
const ANY_AGENT = 'label:any'
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
    await noteSeen(deps.db, caller.id, { version: request.version, labels: request.labels })
  }
  const stale = await renew(deps, caller.id, request)
  await takeFindings(deps, caller, request)
  const holdMs = request.hurry === true ? 0 : (deps.holdMs ?? spreadHoldMs(deps.random()))
  const deadline = performance.now() + holdMs
  using held = deps.held.enter()
  const over = AbortSignal.any([gone, deps.stopped])
  let agent: AgentRecord | undefined = caller
  for (;;) {
    const looking = lookingOf(agent, request, stale)
    held.look(waiterOf(agent, looking))
    const answer = await look(deps, agent, looking)
    const leftMs = deadline - performance.now()
    if (hasNews(answer) || leftMs <= 0 || over.aborted) return answerAgent(answer)
    await held.wait(leftMs, over)
    if (over.aborted) return answerAgent({ ...answer, jobs: [] })
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

function lookingOf(agent: AgentRecord, request: PollRequest, stale: PollAnswer['cancel']): Looking {
  const labels = agent.areLabelsBound ? agent.labels : request.labels
  const pools = [`agent:${agent.id}`, ANY_AGENT, ...labels.map((label) => `label:${label}`)]
  return { request, pools, labels, stale }
}

function waiterOf(agent: AgentRecord, { request, pools }: Looking): Waiter {
  return {
    agent: agent.id,
    pools: new Set(pools),
    environments: new Set(agent.environments),
    projects: new Set(agent.projects),
    freeSlots: agent.isDraining ? 0 : request.freeSlots,
    hasJobs: request.running.length > 0,
    isDraining: agent.isDraining,
  }
}

/** Agents that began together must not come back together. */
function spreadHoldMs(chance: number): number {
  return POLL_HOLD_MS.least + chance * (POLL_HOLD_MS.most - POLL_HOLD_MS.least)
}

function hasNews(answer: PollAnswer): boolean {
  return answer.jobs.length > 0 || answer.cancel.length > 0 || answer.verify
}

/** Renews the leases of what the agent says it has. Returns what it must stop because it is somebody else's, or nobody's. */
async function renew(
  deps: AgentDeps,
  agent: AgentId,
  request: PollRequest,
): Promise<PollAnswer['cancel']> {
  const held = request.running.map(({ job, fence }) => ({ job, fence, root: '', project: 0 }))
  const answers = await deps.claims.renew(agent, held, LEASE_MS)
  const fences = new Map(request.running.map(({ job, fence }) => [job, fence]))
  return answers.flatMap((answer) => {
    // Contact was lost and nothing was decided: what the journal says is evidence. A job that is not known here at all may be of
    // a time before a restore: nobody here can say that it must stop.
    if (answer.held || answer.status === 'gone') return []
    if (answer.status === 'unknown' && answer.cancel === null) return []
    const graceMs = answer.cancel?.graceMs ?? STALE_GRACE_MS
    return [{ job: answer.job, fence: fences.get(answer.job) ?? 1, graceMs }]
  })
}

interface Looking {
  readonly request: PollRequest
  readonly pools: readonly string[]
  readonly labels: readonly string[]
  readonly stale: PollAnswer['cancel']
}

async function look(deps: PollDeps, agent: AgentRecord, looking: Looking): Promise<PollAnswer> {
  const { request, pools, labels, stale } = looking
  const running = new Set(request.running.map(({ job }) => job))
  const cancelled = request.running.length === 0 ? [] : await listCancelled(deps.db, agent.id)
  const jobs = agent.isDraining ? [] : await claim(deps, agent, request, pools)
  return {
    jobs,
    cancel: [...stale, ...cancelled.filter(({ job }) => running.has(job))],
    drain: agent.isDraining,
    verify: agent.isVerifyAsked && (await takeVerifyRequest(deps.db, agent.id)),
    labels: [...labels],
    serverTime: Math.round(deps.reactor.now()),
  }
}

async function claim(
  deps: PollDeps,
  agent: AgentRecord,
  request: PollRequest,
  pools: readonly string[],
): Promise<JobMessage[]> {
  const { environments, projects } = agent
  const claimed = await deps.claims.claim({
    agent: agent.id,
    pools,
    limit: request.freeSlots,
    leaseMs: LEASE_MS,
    environments,
    projects,
    running: request.running.map(({ job }) => job),
  })
  const messages: JobMessage[] = []
  for (const job of claimed) {
    const message = await composeOrEnd(deps, agent.id, job)
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
