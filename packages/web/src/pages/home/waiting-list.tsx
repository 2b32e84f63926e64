import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState, type ReactElement } from 'react'
import {
  approvalsSum,
  checksHold,
  decidedBy,
  gateTitle,
  ofWhat,
  purposeOf,
} from '../../components/gate/gate-line.ts'
import { ScreenLink, useHasScreen } from '../../layout/screen-link.tsx'
import { useKeys } from '../../lib/keys/use-keys.ts'
import { useRowKeys } from '../../lib/keys/use-row-keys.ts'
import { waitingQuery, waitingTasksQuery, type Gate } from '../../lib/waiting.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button, buttonClasses } from '../../ui/button.tsx'
import { Card, Section } from '../../ui/card.tsx'
import { GateGlyph } from '../../ui/gate-glyph.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { Part } from '../../ui/part.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Duration } from '../../ui/time.tsx'

const ROWS_MAX = 5
const ApproveDialog = lazy(() =>
  import('./approve-dialog.tsx').then(({ ApproveDialog: it }) => ({ default: it })),
)

const TaskRows = lazy(() => import('./task-rows.tsx').then(({ TaskRows: it }) => ({ default: it })))

/** What waits on me, the oldest first: gates, then manual tasks. */
export function WaitingList(): ReactElement {
  const query = useQuery(waitingQuery)
  const tasks = useQuery(waitingTasksQuery).data?.items ?? []
  const list = useRowKeys<HTMLDivElement>()
  const [deciding, setDeciding] = useState<Gate | null>(null)
  const gates = query.data?.items ?? []
  const [first] = gates
  useKeys(
    [
      {
        keys: 'a',
        label: 'Approve the first that waits',
        group: 'On this page',
        run: () => first && setDeciding(first),
      },
    ],
    first?.can.approve === true,
  )
  return (
    <Section
      title="Waiting on you"
      count={query.data === undefined ? undefined : gates.length + tasks.length}
      aside={gates.length > 0 && <Hints />}
    >
      <Card>
        <Part what="What waits on you" query={query}>
          {({ items }) =>
            items.length + tasks.length === 0 ? (
              <p className="flex items-center gap-2.5 px-4 py-4 text-ink-2">
                <StateGlyph state="passed" isDecoration /> Nothing waits on you.
              </p>
            ) : (
              <div ref={list} className="divide-y divide-line">
                {items.slice(0, ROWS_MAX).map((gate, at) => (
                  <WaitingRow
                    key={gate.id}
                    gate={gate}
                    isFirst={at === 0}
                    onApprove={() => setDeciding(gate)}
                  />
                ))}
                <Suspense>
                  {tasks.length > 0 && (
                    <TaskRows tasks={tasks.slice(0, Math.max(0, ROWS_MAX - items.length))} />
                  )}
                </Suspense>
                {items.length + tasks.length > ROWS_MAX && (
                  <p className="px-4 py-2 text-12 text-ink-3">
                    and {items.length + tasks.length - ROWS_MAX} more
                  </p>
                )}
              </div>
            )
          }
        </Part>
      </Card>
      <Suspense>
        {deciding !== null && (
          <ApproveDialog
            gate={gates.find(({ id }) => id === deciding.id) ?? deciding}
            onClose={() => setDeciding(null)}
          />
        )}
      </Suspense>
    </Section>
  )
}

function Hints(): ReactElement {
  return (
    <span className="flex items-center gap-1.5 max-rail:hidden">
      <Kbd>J</Kbd> <Kbd>K</Kbd> move <Kbd>A</Kbd> approve <Kbd>↵</Kbd> open
    </span>
  )
}

function WaitingRow({
  gate,
  isFirst,
  onApprove,
}: {
  readonly gate: Gate
  readonly isFirst: boolean
  readonly onApprove: () => void
}): ReactElement {
  const hasGateScreen = useHasScreen('/gates/$gate')
  const { given, need } = approvalsSum(gate)
  return (
    <div
      className={`flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5 ${isFirst ? 'bg-linear-to-r from-wait-tint to-transparent to-45%' : ''}`}
    >
      <GateGlyph state={gate.held === null ? 'waiting' : gate.state} />
      <div className="min-w-50 grow basis-0">
        <ScreenLink
          to="/gates/$gate"
          params={{ gate: gate.id }}
          isRow
          className="text-14 font-heading tracking-heading hover:underline"
        >
          {gateTitle(gate)} · {ofWhat(gate)}
        </ScreenLink>
        <p className="text-12 text-ink-2">{purposeOf(gate)}</p>
      </div>
      <div className="flex items-center gap-3.5 text-12 text-ink-2">
        {gate.checks.length > 0 && (
          <span className="flex items-center gap-1.5">
            <StateGlyph
              state={gate.checks.every(({ state }) => state === 'holds') ? 'passed' : 'running'}
              size={13}
              isDecoration
            />
            {checksHold(gate)} {gate.checks.length === 1 ? 'check' : 'checks'}
          </span>
        )}
        <span className="flex items-center gap-1.5">
          <span className="flex -space-x-1">
            {decidedBy(gate).map((person) => (
              <Avatar key={person} name={person} size="small" />
            ))}
          </span>
          {given} of {need}
        </span>
        <span className="w-14 text-right text-ink-3">
          <Duration from={gate.since} />
        </span>
      </div>
      <div className="flex gap-2 max-drawer:w-full max-drawer:*:grow">
        {hasGateScreen && (
          <ScreenLink to="/gates/$gate" params={{ gate: gate.id }} className={buttonClasses()}>
            Review
          </ScreenLink>
        )}
        {gate.can.approve && (
          <Button look={isFirst ? 'primary' : 'secondary'} onClick={onApprove}>
            Approve…
          </Button>
        )}
      </div>
    </div>
  )
}
