import { useQuery } from '@tanstack/react-query'
import type { Place } from '@lockstep/domain'
import { useCan } from '../../lib/session/can.ts'
import { useMe } from '../../lib/session/me.ts'
import { projectsQuery } from '../../lib/session/project-choice.ts'
import type { Gate } from '../../lib/waiting.ts'

interface MaySteerGate {
  readonly resume: boolean
  readonly retry: boolean
  readonly remind: boolean
}

/**
 * What of a gate is not said by the gate itself: its approvers resume it, and whoever may steer the run, who reminds them too;
 * retrying is a permission.
 */
export function useMaySteerGate(gate: Gate): MaySteerGate {
  const me = useMe()
  const { data: projects = [] } = useQuery(projectsQuery)
  const project = projects.find(({ name }) => name === gate.project)?.id
  const place: Place = project === undefined ? { on: 'system' } : { on: 'project', project }
  const control = useCan('run.control', place).allowed
  const retry = useCan('gate.retry', place).allowed
  const mine = new Set([me.name, ...me.groups.map(({ name }) => name)])
  const isApprover = gate.approvals.some(({ of }) => of.some((name) => mine.has(name)))
  return { resume: control || isApprover, retry, remind: control }
}
