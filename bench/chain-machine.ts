// A run that is a chain of jobs: each report closes one and opens the next. The transition that everything else is made of.

import { accept, idFrom, ownEvent, refuse } from '@lockstep/domain'
import type { Effect, JobId, Machine, Occurrence, StateHead, Transition } from '@lockstep/domain'

export const CHAIN_POOL = 'label:chain'

export interface ChainState extends StateHead {
  readonly left: number
  /** The job that is open. */
  readonly job: JobId | null
}

type ChainEvent =
  | { readonly type: 'run_created'; readonly transitions: number }
  | { readonly type: 'job_finished'; readonly job: JobId }
  | { readonly type: 'decided' }

export const chainMachine: Machine<ChainState> = {
  kind: 'pipeline_run',
  reduce(state, given) {
    const event = ownEvent<ChainEvent>(given)
    if (event.type === 'run_created') {
      const { self, transitions } = event
      const fresh: ChainState = {
        v: 1,
        ...self,
        plan: null,
        status: 'running',
        left: transitions,
        job: null,
      }
      return transitions === 0 ? accept(fresh) : goOn(fresh, event)
    }
    if (state === undefined || state.left === 0) return refuse('not_waiting_for_this')
    return goOn({ ...state, left: state.left - 1 }, event)
  },
  wakeAt: () => undefined,
  runStatus: ({ left, job }) => (left === 0 && job === null ? 'succeeded' : 'running'),
  waits: () => undefined,
  isTerminal: ({ left, job }) => left === 0 && job === null,
}

function goOn(state: ChainState, event: Occurrence): Transition<ChainState, Effect, string> {
  if (state.left === 0) return accept({ ...state, job: null, status: 'succeeded' })
  const job = idFrom(event.ids, 'job', 0)
  const opened: Effect = {
    type: 'open_jobs',
    jobs: [
      {
        id: job,
        plan: `sha256:${'0'.repeat(64)}`,
        step: 'chain',
        link: 0,
        target: 0,
        attempt: 1,
        cause: null,
        pool: CHAIN_POOL,
        environment: null,
        lockToken: null,
        always: false,
        notBefore: null,
        timeoutMs: 60_000,
      },
    ],
  }
  return accept({ ...state, job }, [opened])
}
