import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useStartPlanned } from '../../components/release/use-start-planned.ts'
import { api } from '../../lib/api.ts'
import { useCan } from '../../lib/session/can.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import type { Asked } from '../../ui/act-dialog.tsx'
import type { Taker } from './takers.ts'

export type Plan = Awaited<ReturnType<typeof api.makePlan>>
type Subject = Parameters<typeof api.makePlan>[0]

/** A snapshot that is about to go through a pipeline: what has been chosen, and what that would do. */
export interface Promotion {
  /** undefined: no pipeline takes it. */
  readonly taker: Taker | undefined
  /** Other applications that the pipeline deploys as well: each needs a snapshot. */
  readonly further: readonly string[]
  /** The snapshots that were chosen for them. */
  readonly others: Readonly<Record<string, string>>
  readonly isAllowed: boolean
  readonly plan: Plan | undefined
  /** What was asked for last. */
  readonly asked: Asked
  /** Whether the next act can be asked for. */
  readonly isReady: boolean
  readonly choose: (taker: string) => void
  readonly setOther: (application: string, version: string) => void
  /** Makes the plan; with a plan, starts exactly that. */
  readonly act: () => void
}

/** `address` is that of the application. */
export function usePromotion(
  takers: readonly Taker[],
  { address, version }: { readonly address: string; readonly version: string },
  onStarted: () => void,
): Promotion {
  const [name, setName] = useState('')
  const [others, setOthers] = useState<Readonly<Record<string, string>>>({})
  const taker = takers.find((one) => keyOf(one) === name) ?? takers[0]
  const { projects } = useProjectChoice()
  const project = projects.find((one) => one.name === taker?.project)?.id
  const { allowed } = useCan(
    'run.start',
    project === undefined ? { on: 'system' } : { on: 'project', project },
  )
  const further = taker?.applications.filter((one) => one !== address) ?? []
  const subject =
    taker === undefined || project === undefined || further.some((one) => !others[one])
      ? undefined
      : { project, name: taker.name, snapshots: { ...pick(others, further), [address]: version } }
  const plan = useMutation({ mutationFn: (input: Subject) => api.makePlan(input) })
  const start = useStartPlanned({ onStarted })
  const change = (): void => {
    plan.reset()
    start.reset()
  }
  return {
    taker,
    further,
    others,
    isAllowed: allowed,
    plan: plan.data,
    asked: plan.data === undefined ? plan : start,
    isReady: subject !== undefined,
    choose(key) {
      setName(key)
      change()
    },
    setOther(application, chosen) {
      setOthers((before) => ({ ...before, [application]: chosen }))
      change()
    },
    act() {
      if (subject === undefined) return
      if (plan.data === undefined) plan.mutate(subject)
      else start.mutate({ ...subject, plan: plan.data.digest })
    },
  }
}

export function keyOf({ project, name }: Taker): string {
  return `${project}/${name}`
}

function pick(
  all: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, all[name] ?? '']))
}
