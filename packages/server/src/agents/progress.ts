// What an agent says while a job runs: that it began, what it wrote; and the files that it fetches and brings.

import { LOG_CHUNK_BYTES_MAX, LOG_MARKS_MAX, UPLOAD_CHUNK_BYTES_MAX } from '@lockstep/contract'
import type { LogAnswer, StartAnswer, UploadAnswer } from '@lockstep/contract'
import { findStep } from '@lockstep/domain'
import type { Digest, JobId } from '@lockstep/domain'
import { findJobReach } from '../postgres/agents/agent-jobs.ts'
import type { AgentJob } from '../postgres/agents/agent-jobs.ts'
import type { AgentRecord } from '../postgres/agents/agents.ts'
import { mayTake } from '../postgres/jobs/match-offers.ts'
import { findPlan } from '../postgres/plans.ts'
import type { StoredBlob, UploadAnswer as Uploaded } from '../ports/blobs.ts'
import { answerAgent, refuseAgent } from './answer.ts'
import type { AgentAnswer, RefusedAgent } from './answer.ts'
import type { AgentDeps } from './deps.ts'
import type { LogFollowers } from './follow-log.ts'
import type { AgentLookups } from './lookups.ts'
import { poolsOf } from './pools.ts'

/** What the calls about one job stand on. */
type JobDeps = AgentDeps & { readonly lookups: AgentLookups }

/** Notes that the work begins. A refusal means: do not begin. */
export async function start(
  deps: JobDeps,
  agent: AgentRecord,
  id: JobId,
  fence: number,
): Promise<AgentAnswer<StartAnswer>> {
  if (await deps.claims.start(agent.id, { job: id, fence })) return answerAgent({ started: true })
  const own = await deps.lookups.findJob({ agent: agent.id, job: id })
  if (own === undefined) {
    if (!(await mayHaveHeld(deps, agent, id, fence))) return refuseForeign(deps, agent, id)
    deps.onClaimLost({ agent: agent.id, job: id })
  }
  return refuseAgent(
    'stale_fence',
    `Job ${id} is not held by this lease any more; nothing is to be begun.`,
  )
}

/**
 * Whether the agent may speak of a claim that it had: a crash of the database takes a claim back, and one whose time is over
 * goes to another agent. The job is of a kind that is given to this agent, and nobody else holds the lease that it names.
 */
async function mayHaveHeld(
  deps: JobDeps,
  { id: agent, labels, environments, projects }: AgentRecord,
  id: JobId,
  fence: number,
): Promise<boolean> {
  const job = await findJobReach(deps.db, id)
  if (job === undefined || job.fence === fence) return false
  return mayTake({ pools: poolsOf(agent, labels), environments, projects }, job)
}

export interface LogAppend {
  readonly fence: number
  readonly offset: number
  readonly bytes: Uint8Array
  /** As sent: `offset:ms,offset:ms`. */
  readonly marks: string
}

/** Appends to the log. 200 means durable; everything else says where the log ends, or that it is not wanted. */
export async function appendLog(
  deps: JobDeps & { readonly followers: LogFollowers },
  agent: AgentRecord,
  id: JobId,
  append: LogAppend,
): Promise<AgentAnswer<LogAnswer>> {
  const { fence, offset: start, bytes } = append
  if (bytes.length > LOG_CHUNK_BYTES_MAX) {
    return refuseAgent('too_large', `At most ${LOG_CHUNK_BYTES_MAX} bytes at once.`)
  }
  const marks = parseMarks(append.marks, bytes.length)
  if (marks === undefined) return refuseAgent('malformed', 'The times of the lines cannot be read.')
  const appended = await deps.lookups.appendLog({
    agent: agent.id,
    job: id,
    fence,
    start,
    bytes,
    marks,
  })
  if (appended.ok) {
    deps.followers.noteLength(id, appended.length)
    return answerAgent({ length: appended.length })
  }
  switch (appended.refusal) {
    case 'wrong_offset':
      return refuseAgent('wrong_offset', `${appended.length} bytes are stored.`, {
        length: appended.length,
      })
    case 'lease_lost':
      return refuseAgent('lease_lost', `Job ${id} is not held by this lease any more.`)
    case 'not_found':
      return refuseForeign(deps, agent, id)
  }
}

function parseMarks(text: string, length: number): readonly number[] | undefined {
  if (text === '') return []
  const marks: number[] = []
  for (const mark of text.split(',')) {
    const match = /^(\d{1,9}):(\d{1,9})$/.exec(mark)
    if (match === null || marks.length >= 2 * LOG_MARKS_MAX || Number(match[1]) > length)
      return undefined
    marks.push(Number(match[1]), Number(match[2]))
  }
  return marks
}

/** The bytes of an artifact that this job is to place; nothing else can be fetched with it. */
export async function download(
  deps: JobDeps,
  agent: AgentRecord,
  id: JobId,
  wanted: { readonly fence: number; readonly digest: Digest; readonly from: number },
): Promise<AgentAnswer<StoredBlob>> {
  const job = await findOwn(deps, agent, id)
  if ('code' in job) return job
  if (job.fence !== wanted.fence)
    return refuseAgent('stale_fence', `Job ${id} has another lease now.`)
  const plan = await findPlan(deps.db, job.plan)
  const work = plan && findStep(plan, job.step)?.links[job.link]?.work
  const isNamed = work?.kind === 'artifact' && work.artifact.digest === wanted.digest
  const blob = isNamed ? await deps.blobs.open(wanted.digest, wanted.from) : undefined
  if (blob === undefined) {
    return refuseAgent(
      'not_found',
      `${wanted.digest} is not an artifact of job ${id}, or is not stored here.`,
    )
  }
  return answerAgent(blob)
}

/** Announces a file that the job made, or asks how much of it is there. */
export async function beginUpload(
  deps: JobDeps,
  agent: AgentRecord,
  id: JobId,
  file: { readonly fence: number; readonly digest: Digest; readonly sizeBytes: number },
): Promise<AgentAnswer<UploadAnswer>> {
  const refused = await refuseUpload(deps, agent, id, file.fence)
  if (refused !== undefined) return refused
  return presentUpload(await deps.blobs.begin({ owner: id, digest: file.digest }, file.sizeBytes))
}

export async function upload(
  deps: JobDeps,
  agent: AgentRecord,
  id: JobId,
  part: {
    readonly fence: number
    readonly digest: Digest
    readonly offset: number
    readonly bytes: Uint8Array
  },
): Promise<AgentAnswer<UploadAnswer>> {
  if (part.bytes.length > UPLOAD_CHUNK_BYTES_MAX) {
    return refuseAgent('too_large', `At most ${UPLOAD_CHUNK_BYTES_MAX} bytes at once.`)
  }
  const refused = await refuseUpload(deps, agent, id, part.fence)
  if (refused !== undefined) return refused
  return presentUpload(
    await deps.blobs.append({ owner: id, digest: part.digest }, part.offset, part.bytes),
  )
}

async function refuseUpload(
  deps: JobDeps,
  agent: AgentRecord,
  id: JobId,
  fence: number,
): Promise<RefusedAgent | undefined> {
  const job = await findOwn(deps, agent, id)
  if ('code' in job) return job
  const isOpen = ['leased', 'running', 'unknown'].includes(job.status)
  if (job.fence === fence && isOpen) return undefined
  return refuseAgent('stale_fence', `Job ${id} is not held by this lease any more.`)
}

function presentUpload(uploaded: Uploaded): AgentAnswer<UploadAnswer> {
  if (uploaded.ok) return answerAgent({ length: uploaded.length, complete: uploaded.isComplete })
  const { refusal, length } = uploaded
  switch (refusal) {
    case 'wrong_offset':
    case 'not_begun':
      return refuseAgent('wrong_offset', `${length} bytes are stored.`, { length })
    case 'wrong_digest':
      return refuseAgent(
        'wrong_digest',
        'The bytes have another digest than was promised; begin again.',
        { length },
      )
    case 'too_large':
      return refuseAgent(
        'too_large',
        'The file is larger than was announced, or than is taken here.',
      )
    case 'storage_full':
      return refuseAgent('storage_full', 'The disk of the server is nearly full.', {
        retryAfterS: 30,
      })
  }
}

async function findOwn(
  deps: JobDeps,
  agent: AgentRecord,
  id: JobId,
): Promise<AgentJob | RefusedAgent> {
  return (
    (await deps.lookups.findJob({ agent: agent.id, job: id })) ?? refuseForeign(deps, agent, id)
  )
}

/** Another agent's job is as if there were none; that somebody asks is worth knowing. */
function refuseForeign(deps: AgentDeps, agent: AgentRecord, id: JobId): RefusedAgent {
  deps.onSuspicious({ kind: 'foreign_job', agent: agent.id, detail: id })
  return refuseAgent('not_found', `There is no job ${id} of this agent.`)
}
