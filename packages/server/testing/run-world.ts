// The real API with everything that makes runs go on, and the people of one project.

import { randomUUIDv7 } from 'node:crypto'
import { definitionDigest, parseDefinition } from '@lockstep/define/check'
import {
  idOf,
  parseId,
  uuidOf,
  type AgentId,
  type RunPlan,
  type TestCounts,
} from '@lockstep/domain'
import { composePerformers } from '../src/performers/compose-performers.ts'
import { insertDefinition, insertRevision } from '../src/postgres/deliverables/definition-store.ts'
import { claimJobs } from './claim-jobs.ts'
import type { ClaimedJob } from '../src/ports/job-claims.ts'
import { startTestApi, type Answered, type Caller, type TestApi } from './api.ts'
import { startPlannedRun } from './planned-runs.ts'
import { until } from './until.ts'

export type Person = Caller & { readonly id: string }

/** A server with a project `car`, a group `qa` of three, and somebody outside of it. */
export interface RunWorld extends AsyncDisposable {
  readonly server: TestApi
  readonly project: string
  readonly number: number
  readonly admin: Person
  /** In `qa`; starts runs. */
  readonly starter: Person
  readonly lead: Person
  readonly tester: Person
  /** May steer runs, and is in no group. */
  readonly outsider: Person
  /** Group `qa`. */
  readonly qa: string
  apply(definition: unknown, author?: string): Promise<void>
  start(stages: RunPlan['stages'], by?: Person): Promise<string>
  show(run: string, as?: Caller): Promise<Answered['body']>
  /** The view of the run as soon as it is so. */
  showWhen(
    what: string,
    run: string,
    holds: (view: Answered['body']) => boolean,
  ): Promise<Answered['body']>
  post(path: string, body: unknown, as: Caller, headers?: Record<string, string>): Promise<Answered>
  /** Takes the open jobs for any agent with this label. */
  claim(label: string): Promise<readonly ClaimedJob[]>
  finish(
    job: ClaimedJob,
    outcome: 'succeeded' | 'failed',
    reason?: string,
    tests?: TestCounts,
  ): Promise<void>
  lose(job: ClaimedJob): Promise<void>
}

export async function startRunWorld(): Promise<RunWorld> {
  const server = await startTestApi()
  const { pool } = server.database
  server.reactor.answerWith(composePerformers({ db: pool, reactor: server.reactor, fetch }))
  const admin = await server.setUp()
  const post: RunWorld['post'] = (path, body, as, headers = {}) =>
    server.call('POST', path, { body, as, headers })
  const created = await post('/v1/projects', { name: 'car', title: 'Car' }, admin)
  const project: string = created.body.id
  const { rows } = await pool.query<{ number: number }>(
    'SELECT number FROM projects WHERE id = $1',
    [uuidOf(project)],
  )
  const number = rows[0]?.number ?? 0
  const qa: string = (await post('/v1/groups', { name: 'qa', title: 'QA' }, admin)).body.id
  const person = async (name: string, isInQa: boolean): Promise<Person> => {
    const made = await server.person(admin, name, [
      { role: 'operator', project },
      { role: 'approver', project },
    ])
    if (!isInQa) return made
    const joined = await server.call('PUT', `/v1/groups/${qa}/members/${made.id}`, { as: admin })
    if (joined.status >= 300) throw new Error(joined.text)
    // Whose rights change signs in anew.
    return { ...(await server.signIn(name)), id: made.id }
  }
  const starter = await person('release-manager', true)
  const lead = await person('qa-lead', true)
  const tester = await person('qa-tester', true)
  const outsider = await person('outsider', false)
  const agent: AgentId = idOf('agt', randomUUIDv7())
  const show: RunWorld['show'] = async (run, as = starter) =>
    (await server.call('GET', `/v1/runs/${run}`, { as })).body
  return {
    server,
    project,
    number,
    admin,
    starter,
    lead,
    tester,
    outsider,
    qa,
    post,
    show,
    async apply(written, author = 'user:usr_1') {
      const parsed = parseDefinition(JSON.parse(JSON.stringify(written)))
      if (!parsed.ok) throw new Error(JSON.stringify(parsed))
      const { definition } = parsed
      const uuid = randomUUIDv7()
      const { name, kind } = definition
      const source = 'test'
      await insertDefinition(pool, { uuid, projectNumber: number, kind, name, source })
      await insertRevision(pool, {
        uuid,
        after: 0,
        name,
        source,
        aheadOfSource: false,
        digest: definitionDigest(definition),
        body: definition,
        file: null,
        author,
        comment: '',
      })
    },
    start: (stages, by = starter) =>
      startPlannedRun(
        { pool, reactor: server.reactor },
        { project, stages, starter: `user:${by.id}` },
      ),
    async showWhen(what, run, holds) {
      let view: Answered['body']
      await until(`${what} (${run})`, async () => {
        view = await show(run)
        return holds(view)
      }).catch((cause: unknown) => {
        throw new Error(`${what}: it is ${JSON.stringify(view, null, 1)}`, { cause })
      })
      return view
    },
    async claim(label) {
      let jobs: readonly ClaimedJob[] = []
      await until(`work for ${label}`, async () => {
        jobs = await claimJobs(pool, {
          agent,
          pools: [`label:${label}`],
          limit: 10,
          leaseMs: 60_000,
          environments: [],
          projects: [number],
          running: [],
        })
        return jobs.length > 0
      })
      return jobs
    },
    async finish({ id, owner, fence, target, link, attempt }, outcome, reason = '', tests) {
      const exitCode = outcome === 'succeeded' ? 0 : 1
      const counts =
        tests === undefined ? {} : { tests: { ...tests, failures: [...tests.failures] } }
      const report = { outcome, exitCode, reason, ...counts }
      const event = { type: 'job_finished', job: id, fence, target, link, attempt, report }
      const ended = await server.reactor.submit(owner, event, `agent:${agent}`, {
        owned: { job: id, fence, while: 'held', outcome: { status: outcome, report } },
      })
      if (!ended.ok) throw new Error(ended.refusal)
    },
    async lose({ id, owner, fence, target, link, attempt }) {
      const event = { type: 'job_lost', job: id, target, link, attempt }
      const lost = await server.reactor.submit(owner, event, 'timer', {
        owned: { job: id, fence, while: 'held', outcome: { status: 'unknown', report: null } },
      })
      if (!lost.ok) throw new Error(lost.refusal)
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
    },
  }
}

/** The id of a person as the domain has it. */
export function userId(person: Person): ReturnType<typeof idOf<'usr'>> {
  const id = parseId('usr', person.id)
  if (id === undefined) throw new Error(`not a person: ${person.id}`)
  return id
}
