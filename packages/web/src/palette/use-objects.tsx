import { useQuery } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import {
  Activity,
  Boxes,
  Camera,
  Layers,
  Rocket,
  Server,
  User,
  Waypoints,
  type LucideIcon,
} from 'lucide-react'
import { agentsQuery } from '../lib/agents.ts'
import { api } from '../lib/api.ts'
import { definitionsQuery } from '../lib/definitions.ts'
import { environmentsQuery } from '../lib/inventory.ts'
import { readAll } from '../lib/read-all.ts'
import { releasesQuery } from '../lib/runs.ts'
import { useCanAnywhere } from '../lib/session/can-anywhere.ts'
import { projectsQuery } from '../lib/session/project-choice.ts'
import type { Command } from './command-registry.ts'
import { listObjects, type ObjectKind } from './list-objects.ts'

const ICONS: Readonly<Record<ObjectKind, LucideIcon>> = {
  application: Boxes,
  environment: Layers,
  release: Rocket,
  pipeline: Waypoints,
  run: Activity,
  snapshot: Camera,
  agent: Server,
  person: User,
}
const RUNS_SHOWN = 100
/** Of each of the first applications: a version that is older is found on their own pages. */
const SNAPSHOTS_SHOWN = 20
const APPLICATIONS_SEARCHED = 25

export interface FoundObjects {
  readonly commands: readonly Command[]
  /** Some are still being read: what fits best may be among them. */
  readonly isReading: boolean
}

/** Things to go to, read when somebody begins to type; those without a screen are left out. */
export function useObjects(isWanted: boolean): FoundObjects {
  const enabled = isWanted
  const maySeePeople = useCanAnywhere('user.read')
  const maySeeAgents = useCanAnywhere('agent.read')
  const applications = useQuery({ ...definitionsQuery('application'), enabled })
  const pipelines = useQuery({ ...definitionsQuery('pipeline'), enabled })
  const environments = useQuery({ ...environmentsQuery, enabled })
  const releases = useQuery({ ...releasesQuery(null), enabled })
  const projects = useQuery({ ...projectsQuery, enabled })
  const runs = useQuery({
    queryKey: ['palette', 'runs'],
    queryFn: () => api.listRuns({ limit: RUNS_SHOWN }),
    enabled,
  })
  const agents = useQuery({ ...agentsQuery, enabled: enabled && maySeeAgents })
  const people = useQuery({
    queryKey: ['users'],
    queryFn: () => readAll((page) => api.listUsers(page)),
    enabled: enabled && maySeePeople,
  })
  const newest = (applications.data ?? []).slice(0, APPLICATIONS_SEARCHED)
  const searched = newest.flatMap(({ project, name }) => {
    const id = projects.data?.find((one) => one.name === project)?.id
    return id === undefined ? [] : [{ project: id, application: name }]
  })
  const snapshots = useQuery({
    queryKey: ['palette', 'snapshots', searched],
    queryFn: async () => {
      const pages = await Promise.all(
        searched.map((one) => api.listSnapshots({ ...one, limit: SNAPSHOTS_SHOWN })),
      )
      return pages.flatMap(({ items }) => items)
    },
    enabled: enabled && searched.length > 0,
  })
  const navigate = useNavigate()
  const screens: Readonly<Record<string, unknown>> = useRouter().routesByPath
  if (!isWanted) return { commands: [], isReading: false }
  const reads = [applications, pipelines, environments, releases, runs, agents, people, snapshots]
  const commands = listObjects({
    applications: applications.data ?? [],
    environments: environments.data ?? [],
    pipelines: pipelines.data ?? [],
    releases: releases.data ?? [],
    runs: runs.data?.items ?? [],
    snapshots: snapshots.data ?? [],
    agents: (agents.data ?? []).filter(({ state }) => state !== 'revoked'),
    people: people.data ?? [],
  })
    .filter(({ to }) => screens[to] !== undefined)
    .map(({ kind, label, detail, to, params, search }) => {
      const Icon = ICONS[kind]
      // Which screens there are is known when the page runs, so the types of the router cannot say which parameters fit.
      const target: { readonly to: string; readonly params: object; readonly search: object } = {
        to,
        params,
        search,
      }
      return {
        id: `${to} ${JSON.stringify(params)} ${JSON.stringify(search)}`,
        group: 'Go to' as const,
        label,
        detail,
        kind,
        icon: <Icon size={15} aria-hidden />,
        run: () => void navigate(target),
      }
    })
  return { commands, isReading: [projects, ...reads].some(({ isLoading }) => isLoading) }
}
