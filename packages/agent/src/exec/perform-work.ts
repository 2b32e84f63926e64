// One job from its first look at the host to its last: is it still what the plan saw, do the work, read again what runs.
import type { JobEnvelope } from '@lockstep/contract/agent'
import { readInstalled, removeInstalled } from '../artifact/installed.ts'
import type { Found } from '../artifact/installed.ts'
import type { Ending } from '../journal/journal.ts'
import type { WorkEnding, WorkRun } from './work-run.ts'

/** Does the work and says how it ended, with what is found on the host afterwards. */
export async function performWork(run: WorkRun): Promise<WorkEnding> {
  const { envelope } = run.launch
  const moved = await explainMove(run)
  if (moved !== undefined) {
    await run.spool.note(moved)
    return {
      outcome: 'failed',
      exitCode: null,
      reason: `reality_moved: ${moved}`,
      ...(await look(run)),
    }
  }
  const ending = await doWork(run)
  const { component, environment } = envelope
  if (ending.outcome === 'succeeded' && envelope.removes && component !== null) {
    const owner = { component, environment: environment?.id ?? null }
    await run.spool.note(await removeInstalled(run.launch, owner))
  }
  return { ...ending, ...(await look(run)) }
}

/** Loads only what this kind of work needs: there is a process for each job, and its memory counts. */
async function doWork(run: WorkRun): Promise<WorkEnding> {
  const { work } = run.launch.envelope
  switch (work.kind) {
    case 'command':
    case 'script':
      return (await import('./run-work.ts')).runOnHost(run, work)
    case 'artifact':
      return (await import('../artifact/place.ts')).placeArtifact(run, work)
    case 'http_check':
      return (await import('./check-http.ts')).checkHttp(run, work)
    case 'source_command':
      return (await import('./run-work.ts')).runWithSource(run, work)
  }
}

/** What runs now, for the report; nothing when the job has no component or the agent never placed it. */
async function look(run: WorkRun): Promise<Pick<Ending, 'runs'>> {
  const found = await find(run)
  if (found === undefined) return {}
  for (const difference of found.differences) {
    await run.spool.note(`not as it was placed: ${difference}`)
  }
  return { runs: found.runs }
}

/** Says how the host differs from what the plan saw; undefined when it does not, or when nobody can know. */
async function explainMove(run: WorkRun): Promise<string | undefined> {
  const { from, to } = run.launch.envelope
  if (from === null) return undefined
  const found = await find(run)
  // What the plan wants counts as well: an earlier step of the same chain has put it there.
  if (found === undefined || isOneOf(found, from, to)) return undefined
  const there = found.runs === null ? 'nothing' : `${found.runs.version} (${found.runs.digest})`
  return `the plan saw ${from.version} (${from.digest}) here, but there is ${there}; nothing was done`
}

function isOneOf(found: Found, from: JobEnvelope['from'], to: JobEnvelope['to']): boolean {
  const digest = found.runs?.digest
  return digest !== undefined && (digest === from?.digest || digest === to?.digest)
}

async function find(run: WorkRun): Promise<Found | undefined> {
  const { component, environment } = run.launch.envelope
  if (component === null) return undefined
  return readInstalled(run.launch, { component, environment: environment?.id ?? null })
}
