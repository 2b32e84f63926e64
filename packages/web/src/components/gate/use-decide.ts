import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { gateQuery } from '../../lib/gates.ts'
import { waitingQuery, type Gate } from '../../lib/waiting.ts'
import type { ShownState } from '../../ui/state.ts'
import { useTell } from '../../ui/toast.tsx'
import { gateTitle } from './gate-line.ts'

export type Deciding =
  /** `covers` as it was shown to the person, so that they never approve what they have not seen. */
  | { readonly verb: 'approve'; readonly comment: string; readonly covers: string }
  | { readonly verb: 'reject'; readonly comment: string; readonly covers: string }
  | {
      readonly verb: 'override'
      readonly reason: string
      readonly password: string
      readonly covers: string
    }
  | { readonly verb: 'hold'; readonly comment: string }
  | { readonly verb: 'resume' }
  | { readonly verb: 'withdraw' }
  | { readonly verb: 'retry'; readonly comment: string }

const DONE: Readonly<Record<Deciding['verb'], string>> = {
  approve: 'Approved',
  reject: 'Rejected',
  override: 'Break-glass recorded',
  hold: 'On hold',
  resume: 'Resumed',
  withdraw: 'Taken back',
  retry: 'Judged again',
}

const LOOKS: Readonly<Partial<Record<Deciding['verb'], ShownState>>> = {
  hold: 'on_hold',
  reject: 'failed',
  override: 'warning',
}

/** Decides about a gate. Not optimistic: what it is afterwards is what the server has answered. */
export function useDecide(
  gate: Gate,
  onDone: () => void,
): UseMutationResult<Gate | null, Error, Deciding> {
  const queries = useQueryClient()
  const tell = useTell()
  const query = gateQuery(gate.id)
  const decide = useMutation({
    mutationFn: (deciding: Deciding) => send(gate.id, deciding),
    onSuccess(now, { verb }) {
      if (now !== null) queries.setQueryData(query.queryKey, now)
      tell({
        title: DONE[verb],
        detail: now?.state === 'passed' ? `${gateTitle(gate)} has passed` : gateTitle(gate),
        state: LOOKS[verb] ?? 'passed',
        ...(verb === 'approve' && now?.can.withdraw === true
          ? { action: { label: 'Take back', run: () => decide.mutate({ verb: 'withdraw' }) } }
          : {}),
      })
      onDone()
    },
    // Refused or not: whoever decides sees how the gate stands now.
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: query.queryKey }),
        queries.invalidateQueries({ queryKey: waitingQuery.queryKey }),
      ]),
  })
  return decide
}

async function send(gate: Gate['id'], deciding: Deciding): Promise<Gate | null> {
  switch (deciding.verb) {
    case 'approve':
    case 'reject': {
      const { verb: decision, comment, covers } = deciding
      return api.decideGate({ gate, decision, covers, ...(comment === '' ? {} : { comment }) })
    }
    case 'override': {
      const { reason, password, covers } = deciding
      return api.overrideGate({ gate, reason, password, covers })
    }
    case 'hold':
      return api.holdGate({ gate, reason: deciding.comment })
    case 'resume':
      return api.resumeGate({ gate })
    case 'withdraw':
      return api.withdrawDecision({ gate })
    case 'retry': {
      const reason = deciding.comment
      await api.retryGate({ gate, ...(reason === '' ? {} : { reason }) })
      return null
    }
  }
}
