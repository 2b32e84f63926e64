import type { PAGE_ADDRESSES } from '@lockstep/contract'
import { isTerminalStatus } from '@lockstep/domain'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useState, type ReactElement, type ReactNode } from 'react'
import { runOfGate } from '../../components/gate/gate-line.ts'
import { PinButton } from '../../components/release/pin-button.tsx'
import { Page, PageHeader, type Crumb } from '../../layout/page.tsx'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { thingPart } from '../../lib/address.ts'
import { useIsWidth } from '../../lib/is-width.ts'
import { useKeys } from '../../lib/keys/use-keys.ts'
import type { Run } from '../../lib/runs.ts'
import { waitingQuery } from '../../lib/waiting.ts'
import { StatePill } from '../../ui/pill.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Duration, Time } from '../../ui/time.tsx'
import { GatePanel } from './gate-panel.tsx'
import { RunActions } from './run-actions.tsx'
import { RunAccordion } from './run-accordion.tsx'
import { RunCanvas } from './run-canvas.tsx'
import { findTask, focusOf, gatesOf, neighbourOf } from './run-layout.ts'
import { RunRail, STAGES_IN_SIGHT } from './run-rail.tsx'
import { RunTabs, type RunTab } from './run-tabs.tsx'
import { RunTimeline } from './run-timeline-bars.tsx'
import { standOfRun } from './run-words.ts'
import { TaskPanel } from './task-panel.tsx'
import { RunTroubleLine } from './run-trouble-line.tsx'
import { useRunSearch } from './use-run-search.ts'

const RunTabBody = lazy(() =>
  import('./run-tab-body.tsx').then(({ RunTabBody: it }) => ({ default: it })),
)

/** A run with everything that is selected in it. */
export function RunView({
  run,
  tab,
  failure,
}: {
  readonly run: Run
  /** Undefined: the run itself. */
  readonly tab: RunTab | undefined
  readonly failure: ReactNode
}): ReactElement {
  const { search, selectGate, close, focus } = useRunSearch()
  const isPhone = useIsWidth('phone')
  const isFull = useIsWidth('full')
  const { data: waiting } = useQuery(waitingQuery)
  const mine = waiting?.items.find((gate) => gate.run === run.id)
  const mineKey =
    mine === undefined ? undefined : mine.address.slice(mine.address.lastIndexOf('/') + 1)
  const isRun = tab === undefined
  const isChosen = search.gate !== undefined || search.task !== undefined
  // By itself it opens only where it covers nothing.
  const opened = isRun && isFull && !isChosen && search.panel !== 'closed' ? mineKey : undefined
  const gates = gatesOf(run)
  const gate = isRun ? gates.find(({ key }) => key === (search.gate ?? opened)) : undefined
  const found = isRun && search.gate === undefined ? findTask(run, search.task) : undefined
  const focused = focusOf(run, search.stage)
  const [asked, setAsked] = useState<string>()
  const waits =
    gates.find(({ key }) => key === mineKey) ?? gates.find((one) => one.line.state === 'waiting')
  const open = (): void => {
    if (waits === undefined) return
    setAsked(waits.key)
    selectGate(waits.key)
  }
  const names = run.stages.map(({ name }) => name)
  const keys = gates.map(({ key }) => key)
  const toStage = (step: -1 | 1): void => {
    const next = neighbourOf(names, focused?.name, step)
    if (next !== undefined) focus(next)
  }
  const toGate = (step: -1 | 1): void => {
    const next = neighbourOf(keys, gate?.key, step)
    if (next !== undefined) selectGate(next)
  }
  useKeys(
    [
      { keys: '[', label: 'Previous stage', group: 'On this page', run: () => toStage(-1) },
      { keys: ']', label: 'Next stage', group: 'On this page', run: () => toStage(1) },
      { keys: '{', label: 'Previous gate', group: 'On this page', run: () => toGate(-1) },
      { keys: '}', label: 'Next gate', group: 'On this page', run: () => toGate(1) },
    ],
    isRun,
  )
  useKeys(
    [
      { keys: 'a', label: 'Approve the gate that waits', group: 'On this page', run: open },
      { keys: 'h', label: 'Hold the gate that waits', group: 'On this page', run: open },
      { keys: 'x', label: 'Reject the gate that waits', group: 'On this page', run: open },
    ],
    isRun && waits !== undefined && gate === undefined,
  )
  const { state, words } = standOfRun(run, mine !== undefined)
  const trail = useTrail(run)
  const header = (
    <PageHeader
      title={mine === undefined ? run.title : runOfGate(mine).replace(/, run \d+$/, '')}
      marks={<StatePill state={state}>{words}</StatePill>}
      tabs={<RunTabs run={run} />}
      aside={
        <span>
          Run {run.number} · by {run.starter} · <Time at={run.startedAt} /> ·{' '}
          <Duration from={run.startedAt} to={run.finishedAt} />
          <NextRun run={run} />
        </span>
      }
    />
  )
  return (
    <Page
      title={`Run ${run.number}`}
      {...trail}
      header={header}
      isFull={isRun && !isPhone}
      actions={
        <>
          {run.release !== null && <PinButton release={run} />}
          <RunActions run={run} />
        </>
      }
      panel={
        gate !== undefined ? (
          <GatePanel key={gate.key} gate={gate} isFocused={asked === gate.key} onClose={close} />
        ) : found !== undefined ? (
          <TaskPanel
            key={`${search.task} ${search.step}`}
            run={run}
            stage={found.stage}
            task={found.task}
            step={search.step}
            onClose={close}
          />
        ) : undefined
      }
    >
      <div
        className="contents"
        data-run={run.address}
        data-state={run.state}
        data-next={run.next}
        data-working={run.working.join('; ')}
        data-waits-for={run.waitsFor.map(({ what }) => what).join('; ')}
      >
        {failure}
        <Facts run={run} />
        {isRun && <RunTroubleLine run={run} />}
        {tab !== undefined ? (
          <Suspense fallback={<SkeletonRows rows={6} />}>
            <RunTabBody tab={tab} run={run} />
          </Suspense>
        ) : isPhone ? (
          <RunAccordion run={run} focused={focused?.name} />
        ) : (
          <>
            {run.stages.length > STAGES_IN_SIGHT && <RunRail run={run} focused={focused?.name} />}
            <RunCanvas run={run} focused={focused?.name} selectedGate={gate?.key} />
            <RunTimeline run={run} />
          </>
        )}
      </div>
    </Page>
  )
}

/** A release that was not delivered can be started once more. */
function NextRun({ run }: { readonly run: Run }): ReactElement | null {
  const { release, project, state } = run
  if (release === null || !isTerminalStatus(state) || state === 'succeeded') return null
  return (
    <>
      {' · '}
      <ScreenLink
        to="/releases/$release"
        params={{ release: thingPart({ project, name: release }) }}
        search={{ show: 'plan' }}
        className="underline decoration-line-strong"
      >
        Plan the next run
      </ScreenLink>
    </>
  )
}

/** The way here, through those lists that have a screen. */
function useTrail(run: Run): { readonly trail: readonly Crumb[]; readonly detail?: string } {
  const addresses: Readonly<Record<string, unknown>> = useRouter().routesByPath
  const has = (address: PageAddress): boolean => addresses[address] !== undefined
  const { release, project } = run
  if (release === null || !has('/releases') || !has('/releases/$release')) {
    const trail = has('/runs') ? [{ label: 'Runs', to: '/runs' }] : []
    return { trail, detail: run.title }
  }
  return {
    trail: [
      { label: 'Releases', to: '/releases' },
      { label: run.title, to: `/releases/${thingPart({ project, name: release })}` },
    ],
  }
}

type PageAddress = (typeof PAGE_ADDRESSES)[number]

/** Why it stands still, if it does: paused, or set aside. */
function Facts({ run }: { readonly run: Run }): ReactElement | null {
  if (run.paused === null && run.fault === null) return null
  return (
    <div
      role="status"
      className="border-b border-wait-line bg-wait-tint px-5 py-2 text-12 text-wait max-drawer:-mx-4 max-drawer:-mt-4 max-drawer:mb-4"
    >
      {run.paused !== null && (
        <p>
          Paused by {run.paused.by} for <Duration from={run.paused.at} />: “{run.paused.reason}”.
          What runs goes on to its end; nothing new begins.
        </p>
      )}
      {run.fault !== null && <p>Set aside after a fault of Lockstep, incident {run.fault}.</p>}
    </div>
  )
}
