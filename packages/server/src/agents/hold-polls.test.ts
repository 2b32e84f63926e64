import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { idOf } from '@lockstep/domain'
import type { AgentId } from '@lockstep/domain'
import type { ClaimedJob } from '../ports/job-claims.ts'
import { HeldPolls } from './hold-polls.ts'
import type { HeldPoll, Waiter } from './hold-polls.ts'

const LONG_MS = 60_000
const POOL = 'label:linux'

function agentId(n: number): AgentId {
  return idOf('agt', `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`)
}

function waiter(n: number, patch: Partial<Waiter> = {}): Waiter {
  return {
    agent: agentId(n),
    pools: [POOL],
    environments: [],
    projects: [1],
    freeSlots: 1,
    running: [],
    isDraining: false,
    ...patch,
  }
}

const job: ClaimedJob = {
  owner: {
    project: 1,
    root: idOf('run', '00000000-0000-7000-8000-0000000000a1'),
    id: idOf('stp', '00000000-0000-7000-8000-0000000000a2'),
  },
  id: idOf('job', '00000000-0000-7000-8000-0000000000a3'),
  fence: 1,
  again: false,
  plan: `sha256:${'0'.repeat(64)}`,
  step: 'work',
  link: 0,
  target: 0,
  attempt: 1,
  environment: null,
  lockToken: null,
  leaseUntil: 0,
  deadline: 0,
}

interface Asked {
  readonly poll: HeldPoll
  readonly work: Promise<readonly ClaimedJob[]>
}

function ask(polls: HeldPolls, as: Waiter, mostMs = LONG_MS): Asked {
  const poll = polls.enter(as.agent)
  poll.look()
  return { poll, work: poll.work(as, mostMs, new AbortController().signal) }
}

/** Everybody who asks is told that there is nothing. */
function giveNothing(polls: HeldPolls): void {
  for (const asking of polls.takeAsking()) asking.give([])
}

/** Who asks now; each is told that there is nothing. */
function agentsOf(polls: HeldPolls, pools?: ReadonlySet<string>): readonly AgentId[] {
  const asking = polls.takeAsking(pools)
  for (const one of asking) one.give([])
  return asking.map(({ waiter: { agent } }) => agent)
}

suite('HeldPolls', () => {
  test('asks once for who has just come, and then only for pools in which there may be something', () => {
    let asked = 0
    const polls = new HeldPolls(() => {
      asked += 1
    })
    ask(polls, waiter(1))
    ask(polls, waiter(2, { pools: ['label:windows'] }))
    assert.equal(asked, 2)
    const first = polls.takeAsking(new Set())
    assert.deepEqual(
      first.map(({ isNew }) => isNew),
      [true, true],
    )
    for (const asking of first) asking.give([])
    assert.deepEqual(agentsOf(polls, new Set()), [])
    assert.deepEqual(agentsOf(polls, new Set([POOL])), [agentId(1)])
    polls.wakeAll()
  })

  test('who takes nothing is not asked for, and waits', () => {
    const polls = new HeldPolls(() => assert.fail('nobody wants work'))
    ask(polls, waiter(1, { freeSlots: 0 }))
    ask(polls, waiter(2, { isDraining: true }))
    assert.deepEqual(agentsOf(polls), [])
    assert.equal(polls.size, 2)
    polls.wakeAll()
  })

  test('what is claimed for an agent reaches it, though its time ends meanwhile', async () => {
    const polls = new HeldPolls(() => undefined)
    const { work } = ask(polls, waiter(1), 0)
    const [asking] = polls.takeAsking()
    polls.wakeAll()
    asking?.give([job])
    assert.deepEqual(await work, [job])
  })

  test('nobody is asked for twice at once', () => {
    const polls = new HeldPolls(() => undefined)
    ask(polls, waiter(1))
    const asking = polls.takeAsking()
    assert.equal(asking.length, 1)
    assert.equal(polls.takeAsking().length, 0)
    polls.wakeAll()
    for (const one of asking) one.give([])
  })

  test('who has no time to wait is answered after the first look', async () => {
    const polls = new HeldPolls(() => undefined)
    const { work } = ask(polls, waiter(1), 0)
    giveNothing(polls)
    assert.deepEqual(await work, [])
  })

  test('a wake-up that comes while an agent is told something is not lost', async () => {
    const polls = new HeldPolls(() => undefined)
    const poll = polls.enter(agentId(1))
    poll.look()
    polls.wakeAgents([agentId(1)])
    const work = poll.work(waiter(1), LONG_MS, new AbortController().signal)
    giveNothing(polls)
    assert.deepEqual(await work, [])
  })

  test('work that cannot be looked for is told to who has just come; who waits waits on', async () => {
    const polls = new HeldPolls(() => undefined)
    const waiting = ask(polls, waiter(1))
    giveNothing(polls)
    const fresh = ask(polls, waiter(2))
    for (const asking of polls.takeAsking()) asking.fail(new Error('no database'))
    await assert.rejects(fresh.work, /no database/)
    for (const asking of polls.takeAsking()) asking.give([job])
    assert.deepEqual(await waiting.work, [job])
  })

  test('an agent that goes away waits for nothing', async () => {
    const polls = new HeldPolls(() => undefined)
    const gone = new AbortController()
    const poll = polls.enter(agentId(1))
    const work = poll.work(waiter(1), LONG_MS, gone.signal)
    gone.abort()
    assert.deepEqual(await work, [])
    assert.deepEqual(agentsOf(polls), [])
  })
})
