// What comes of a release that is being written: its way, what applying it would do, and the plan with the chosen snapshots.

import { Refused } from '@lockstep/client'
import {
  keepPreviousData,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useDeferredValue, type ReactElement } from 'react'
import { LaneStrip } from '../../components/lane-strip/lane-strip.tsx'
import { thingPart } from '../../lib/address.ts'
import { api } from '../../lib/api.ts'
import type { Defined } from '../../lib/definitions.ts'
import type { Release } from '../../lib/runs.ts'
import { projectsQuery, type Project } from '../../lib/session/project-choice.ts'
import { Button } from '../../ui/button.tsx'
import { TitledCard } from '../../ui/card.tsx'
import { reasonOf } from '../../ui/error-card.tsx'
import { Failure } from '../../ui/failure.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { useTell } from '../../ui/toast.tsx'
import {
  definitionOf,
  deployedBy,
  missingIn,
  stripOfDraft,
  type ReleaseDraft,
} from './new-release.ts'
import { PlanStages } from '../../components/release/plan-stages.tsx'
import { snapshotsQuery } from './snapshots-query.ts'

interface ReleasePreviewProps {
  readonly project: Project
  readonly draft: ReleaseDraft
  readonly pipeline: Defined<'pipeline'> | undefined
}

export function ReleasePreview({ project, draft, pipeline }: ReleasePreviewProps): ReactElement {
  const missing = missingIn(draft, pipeline)
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <TitledCard title="Its way">
        <div className="overflow-hidden p-3.5">
          {pipeline === undefined ? (
            <p className="text-ink-2">Choose a pipeline: its stages and gates appear here.</p>
          ) : (
            <LaneStrip {...stripOfDraft(draft, pipeline)} />
          )}
        </div>
      </TitledCard>
      {pipeline !== undefined && missing.length === 0 ? (
        <Checked project={project} draft={draft} pipeline={pipeline} />
      ) : (
        <TitledCard title="Still missing">
          <ul className="list-disc py-3 pr-3.5 pl-8 text-ink-2">
            {missing.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </TitledCard>
      )}
    </div>
  )
}

function Checked({
  project,
  draft,
  pipeline,
}: ReleasePreviewProps & { readonly pipeline: Defined<'pipeline'> }): ReactElement {
  // While somebody types, the answer to what was there a moment ago is good enough.
  const definition = JSON.stringify(useDeferredValue(definitionOf(draft, project.name, pipeline)))
  const snapshots = useSnapshots(draft, pipeline)
  const check = useQuery({
    queryKey: ['check release', project.id, definition],
    placeholderData: keepPreviousData,
    queryFn: () => apply(project, definition, true),
  })
  const plan = useQuery({
    queryKey: ['plan of draft', project.id, definition, snapshots],
    placeholderData: keepPreviousData,
    queryFn: () => {
      const release: Record<string, unknown> = JSON.parse(definition)
      return api.makePlan({
        project: project.id,
        name: String(release['name']),
        release,
        snapshots,
      })
    },
  })
  const isNew = check.data?.differences.every(({ change }) => change === 'create') === true
  return (
    <>
      <TitledCard title="Check">
        <div className="flex flex-col gap-2.5 px-3.5 py-3">
          {check.error !== null ? (
            <div role="alert" className="flex items-start gap-2 break-words text-fail">
              <StateGlyph state="failed" size={15} isDecoration />
              <ul className="min-w-0 space-y-1">
                {mistakesOf(check.error).map((mistake) => (
                  <li key={mistake}>{mistake}</li>
                ))}
              </ul>
            </div>
          ) : check.data === undefined ? (
            <p className="text-ink-3">The server looks at it.</p>
          ) : (
            <p className="flex items-start gap-2">
              <StateGlyph state={isNew ? 'passed' : 'warning'} size={15} isDecoration />
              {isNew
                ? 'It can be created.'
                : 'A release of this name is there already: choose another name.'}
            </p>
          )}
          <Create
            project={project}
            draft={draft}
            definition={definition}
            isReady={isNew && check.error === null && !check.isPlaceholderData}
          />
        </div>
      </TitledCard>
      <section aria-label="Plan">
        <h2 className="mb-2 text-13">
          Plan{' '}
          <span className="font-normal text-ink-3">
            as it would be now with {chosenWords(draft)}
          </span>
        </h2>
        {plan.data !== undefined && plan.error === null ? (
          <PlanStages plan={plan.data} />
        ) : (
          <p className="text-ink-2">
            {plan.error === null
              ? 'The plan is being made.'
              : `No plan can be made yet: ${reasonOf(plan.error)}`}
          </p>
        )}
      </section>
    </>
  )
}

const MISTAKES_SHOWN_MAX = 5

/** Each mistake once, or why there is no answer. */
function mistakesOf(error: Error): readonly string[] {
  const mistakes = error instanceof Refused ? error.problem['mistakes'] : undefined
  const messages = Array.isArray(mistakes)
    ? mistakes.flatMap((one: unknown) =>
        typeof one === 'object' && one !== null && 'message' in one ? [String(one.message)] : [],
      )
    : []
  return messages.length === 0
    ? [reasonOf(error)]
    : [...new Set(messages)].slice(0, MISTAKES_SHOWN_MAX)
}

function Create({
  project,
  draft,
  definition,
  isReady,
}: {
  readonly project: Project
  readonly draft: ReleaseDraft
  readonly definition: string
  readonly isReady: boolean
}): ReactElement {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const tell = useTell()
  const create = useMutation({
    async mutationFn() {
      const { differences } = await apply(project, definition, false)
      const name = differences[0]?.name ?? ''
      await chooseSnapshots(project, name, draft)
      return name
    },
    async onSuccess(name) {
      tell({ title: 'Release created', detail: draft.title })
      await queries.invalidateQueries({ queryKey: ['releases'] })
      await navigate({
        to: '/releases/$release',
        params: { release: thingPart({ project: project.name, name }) },
      })
    },
  })
  return (
    <div>
      <Button
        look="primary"
        size="large"
        disabled={!isReady}
        isBusy={create.isPending}
        onClick={() => create.mutate()}
      >
        Create release
      </Button>
      <Failure of={create.error} className="mt-2" />
    </div>
  )
}

async function apply(
  project: Project,
  text: string,
  dryRun: boolean,
): ReturnType<typeof api.applyDefinitions> {
  const definition: Record<string, unknown> = JSON.parse(text)
  return api.applyDefinitions({
    project: project.id,
    source: sourceOf(String(definition['name'])),
    definitions: [{ definition }],
    dryRun,
    ...(dryRun ? {} : { comment: 'Planned in the page' }),
  })
}

/** Chooses what was chosen in the form, as soon as the release has begun to collect. */
async function chooseSnapshots(project: Project, name: string, draft: ReleaseDraft): Promise<void> {
  const chosen = Object.entries(draft.applications).filter(([, one]) => one.chosen !== '')
  if (chosen.length === 0) return
  const release = await untilCollecting(project, name)
  for (const [application, { chosen: version }] of chosen) {
    await api.pinApplication({ release, application, version })
  }
}

const TRIES_MAX = 40
const BETWEEN_TRIES_MS = 250

async function untilCollecting(project: Project, name: string): Promise<Release['id']> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const { items } = await api.listReleases({ project: project.id, name })
    const [release] = items
    if (release !== undefined && release.state !== 'planned') return release.id
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS))
  }
  throw new Error(`${name} has not begun to collect`)
}

/** Each release that is planned in the page is a source of its own: applying it touches no other definition. */
function sourceOf(name: string): string {
  return `page-${name.replaceAll('.', '-')}`.slice(0, 40).replace(/-+$/, '')
}

/** The snapshots that the plan is made with: those that are chosen, otherwise the newest there are. */
function useSnapshots(
  { applications }: ReleaseDraft,
  pipeline: Defined<'pipeline'>,
): Record<string, string> {
  const { data: projects } = useQuery(projectsQuery)
  const deployed = deployedBy(pipeline)
  const newest = useQueries({
    queries: deployed.map((application) => snapshotsQuery(application, projects)),
  })
  return Object.fromEntries(
    deployed.flatMap((application, at) => {
      const chosen = applications[application]?.chosen ?? ''
      const version = chosen === '' ? newest[at]?.data?.[0]?.version : chosen
      return version === undefined ? [] : [[application, version]]
    }),
  )
}

function chosenWords({ applications }: ReleaseDraft): string {
  const isChosen = Object.values(applications).some(({ chosen }) => chosen !== '')
  return isChosen
    ? 'the snapshots that are chosen, and otherwise the newest'
    : 'the newest snapshots'
}
