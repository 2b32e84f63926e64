import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { idOf } from '@lockstep/domain'
import type { AgentId } from '@lockstep/domain'
import { HeldPolls } from './hold-polls.ts'
import type { HeldPoll, Waiter } from './hold-polls.ts'

const LONG_MS = 60_000

function agentId(n: number): AgentId {
  return idOf('agt', `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`)
}

function waiter(n: number, patch: Partial<Waiter> = {}): Waiter {
  return {
    agent: agentId(n),
    pools: new Set(['label:linux']),
    environments: new Set(),
    projects: new Set([1]),
    freeSlots: 1,
    hasJobs: false,
    isDraining: false,
    ...patch,
  }
}

const job = { pool: 'label:linux', project: 1, environment: null }

interface Watched {
  readonly poll: HeldPoll
  readonly isAwake: () => boolean
  readonly awake: Promise<void>
}

function watch(polls: HeldPolls, as: Waiter): Watched {
  const poll = polls.enter()
  poll.look(as)
  let isAwake = false
  const awake = poll.wait(LONG_MS, new AbortController().signal).then(() => {
    isAwake = true
  })
  return { poll, isAwake: () => isAwake, awake }
}

suite('HeldPolls', () => {
  test('one job wakes one agent, the one that came first', async () => {
    const polls = new HeldPolls()
    const [first, second] = [watch(polls, waiter(1)), watch(polls, waiter(2))]
    polls.wakeFor([job])
    await first.awake
    assert.equal(second.isAwake(), false)
    polls.wakeAll()
    await second.awake
  })

  test('only an agent that may take the job is woken for it', async () => {
    const polls = new HeldPolls()
    const others = [
      waiter(1, { pools: new Set(['label:windows']) }),
      waiter(2, { projects: new Set([2]) }),
      waiter(3, { freeSlots: 0 }),
    ].map((as) => watch(polls, as))
    const right = watch(polls, waiter(4))
    polls.wakeFor([job, job])
    await right.awake
    assert.deepEqual(
      others.map(({ isAwake }) => isAwake()),
      [false, false, false],
    )
    polls.wakeAll()
  })

  test('a wake-up that comes while the agent looks is not lost', async () => {
    const polls = new HeldPolls()
    const poll = polls.enter()
    poll.look(waiter(1))
    polls.wakeFor([job])
    await poll.wait(LONG_MS, new AbortController().signal)
  })

  test('a wake-up that an agent leaves behind is passed on', () => {
    let passedOn = 0
    const polls = new HeldPolls(() => {
      passedOn += 1
    })
    {
      using poll = polls.enter()
      poll.look(waiter(1))
      polls.wakeFor([job])
    }
    assert.equal(passedOn, 1)
    {
      using poll = polls.enter()
      poll.look(waiter(1))
    }
    assert.equal(passedOn, 1)
  })
})
