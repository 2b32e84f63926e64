// How a job ended, told by its agent: once into the run, whatever is repeated; late words are kept as evidence.

import type { FinishAnswer, FinishRequest } from '@lockstep/contract'
import type { Digest, JobId, JobReport, JsonValue } from '@lockstep/domain'
import { saveJobFiles, setAside } from '../postgres/agents/agent-jobs.ts'
import type { AgentJob } from '../postgres/agents/agent-jobs.ts'
import type { AgentRecord } from '../postgres/agents/agents.ts'
import type { OwnedJob } from '../ports/reactor.ts'
import { answerAgent, refuseAgent } from './answer.ts'
import type { AgentAnswer, RefusedAgent } from './answer.ts'
import { countTests } from './count-tests.ts'
import type { AgentDeps } from './deps.ts'
import type { AgentLookups } from './lookups.ts'
import { registerArtifacts } from './register-artifacts.ts'

/**
 * Takes the end of a job when its fence is current, its whole log is stored and its files are there. The answer comes
 * after the commit; asked again it is the same. An end of a job that had become unknown resolves it.
 */
export async function finish(
  deps: AgentDeps & { readonly lookups: AgentLookups },
  agent: AgentRecord,
  id: JobId,
  request: FinishRequest,
): Promise<AgentAnswer<FinishAnswer>> {
  const job = await deps.lookups.findJob({ agent: agent.id, job: id })
  if (job === undefined) {
    deps.onSuspicious({ kind: 'foreign_job', agent: agent.id, detail: `finish of ${id}` })
    return refuseAgent('not_found', `There is no job ${id} of this agent.`)
  }
  const isOpen = ['leased', 'running', 'unknown'].includes(job.status)
  if (job.fence === request.fence && !isOpen && job.isReported && job.status !== 'superseded') {
    return answerAgent({ acknowledged: true }) // The answer to the first telling was lost.
  }
  if (job.fence === request.fence && job.status === 'superseded' && request.verdict === 'lost') {
    return answerAgent({ acknowledged: true }) // It was repeated because of this very word.
  }
  if (job.fence !== request.fence || !isOpen) return refuseLate(deps, job, request)
  if (job.logLength !== request.logLength) {
    return refuseAgent(
      'log_incomplete',
      `${job.logLength} of ${request.logLength} bytes of the log are stored.`,
      {
        length: job.logLength,
      },
    )
  }
  const missing = await findMissing(deps, request)
  if (missing !== undefined) {
    return refuseAgent('file_missing', `${missing} is named in the report and was not uploaded.`)
  }
  return request.verdict === 'lost'
    ? submitLost(deps, agent, job, request)
    : submitEnd(deps, agent, job, request)
}

async function submitEnd(
  deps: AgentDeps,
  agent: AgentRecord,
  job: AgentJob,
  request: FinishRequest,
): Promise<AgentAnswer<FinishAnswer>> {
  const files = [
    ...request.reports.map((file) => ({ kind: 'report' as const, ...file })),
    ...(request.sbom === null ? [] : [{ kind: 'sbom' as const, ...request.sbom }]),
  ]
  await saveJobFiles(deps.db, job.owner.project, job.id, files)
  const tests = await countTests(deps, job, request.reports)
  const report = await registerArtifacts(
    deps,
    job,
    jobReport(request, tests),
    request.sbom?.digest ?? null,
  )
  const at = { job: job.id, target: job.target, link: job.link, attempt: job.attempt }
  const event =
    job.status === 'unknown'
      ? { type: 'unknown_resolved', verdict: 'ran', report, ...at }
      : { type: 'job_finished', fence: job.fence, report, ...at }
  return submit(deps, agent, job, request, event, {
    status: report.outcome,
    report: asJson(report),
  })
}

/** The agent cannot say how it ended: what the deadline would say in the end is said now. */
async function submitLost(
  deps: AgentDeps,
  agent: AgentRecord,
  job: AgentJob,
  request: FinishRequest,
): Promise<AgentAnswer<FinishAnswer>> {
  if (job.status === 'unknown') return answerAgent({ acknowledged: true })
  const at = { job: job.id, target: job.target, link: job.link, attempt: job.attempt }
  const report = asJson(jobReport(request, undefined))
  return submit(
    deps,
    agent,
    job,
    request,
    { type: 'job_lost', ...at },
    { status: 'unknown', report },
  )
}

async function submit(
  deps: AgentDeps,
  agent: AgentRecord,
  job: AgentJob,
  request: FinishRequest,
  event: { readonly type: string },
  outcome: OwnedJob['outcome'],
): Promise<AgentAnswer<FinishAnswer>> {
  const owned: OwnedJob = {
    job: job.id,
    fence: job.fence,
    while: job.status === 'unknown' ? 'unknown' : 'held',
    outcome,
  }
  const submitted = await deps.reactor.submit(job.owner, { ...event }, `agent:${agent.id}`, {
    owned,
  })
  if (submitted.ok) return answerAgent({ acknowledged: true })
  if (submitted.refusal === 'busy') {
    return refuseAgent('busy', 'Too much is waiting to be written.', { retryAfterS: 1 })
  }
  return refuseLate(deps, job, request, submitted.refusal)
}

async function refuseLate(
  deps: AgentDeps,
  job: AgentJob,
  request: FinishRequest,
  why = `fence ${request.fence}, now ${job.fence}, ${job.status}`,
): Promise<RefusedAgent> {
  await setAside(deps.db, {
    owner: job.owner,
    job: job.id,
    kind: 'job_finish',
    reason: why,
    body: asJson(request),
  })
  return refuseAgent(
    'stale_fence',
    `Job ${job.id} is not held by this lease any more (${why}); what was told is kept as evidence.`,
  )
}

async function findMissing(deps: AgentDeps, request: FinishRequest): Promise<string | undefined> {
  const files: { readonly name: string; readonly digest: Digest }[] = [
    ...(request.report.artifacts ?? []).map(({ component: name, digest }) => ({ name, digest })),
    ...request.reports.map(({ path: name, digest }) => ({ name, digest })),
    ...(request.sbom === null ? [] : [{ name: request.sbom.path, digest: request.sbom.digest }]),
  ]
  for (const { name, digest } of files) {
    if (!(await deps.blobs.has(digest))) return name
  }
  return undefined
}

function jobReport(request: FinishRequest, tests: JobReport['tests']): JobReport {
  const { outcome, exitCode, reason, runs, artifacts, version } = request.report
  return {
    outcome,
    exitCode,
    reason,
    ...(runs === undefined ? {} : { runs }),
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(version === undefined ? {} : { version }),
    ...(tests === undefined ? {} : { tests }),
  }
}

/** What was parsed from JSON, as JSON. */
function asJson(value: object): JsonValue {
  const json: JsonValue = JSON.parse(JSON.stringify(value))
  return json
}
