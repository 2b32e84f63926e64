// A gate alone: the target of every notification, and the phone's screen for deciding.

import { parseId } from '@lockstep/domain'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { DecideFoot } from '../../components/gate/decide-foot.tsx'
import {
  GateApprovals,
  GateBrings,
  GateChecks,
  GateEarlier,
} from '../../components/gate/gate-facts.tsx'
import { GateStand } from '../../components/gate/gate-stand.tsx'
import { checksHold, gateTitle, runOfGate } from '../../components/gate/gate-line.ts'
import { approvalsGiven } from '../../components/gate/gate-words.ts'
import { Page } from '../../layout/page.tsx'
import { gateQuery } from '../../lib/gates.ts'
import { useMe } from '../../lib/session/me.ts'
import { waitingQuery, type Gate } from '../../lib/waiting.ts'
import { TitledCard } from '../../ui/card.tsx'
import { GateGlyph } from '../../ui/gate-glyph.tsx'
import { Part } from '../../ui/part.tsx'
import { FoundPage } from '../not-found/found-page.tsx'
import { NotFoundPage } from '../not-found/not-found-page.tsx'

const route = getRouteApi('/shell/gates/$gate')
const HOME = { label: 'Home', to: '/' }

export function GatePage(): ReactElement {
  const id = parseId('gat', route.useParams().gate)
  return id === undefined ? <NoGate /> : <KnownGate id={id} />
}

function NoGate(): ReactElement {
  return (
    <NotFoundPage title="There is no such gate">
      It may belong to a run that you may not see, or the link is cut off.
    </NotFoundPage>
  )
}

function KnownGate({ id }: { readonly id: Gate['id'] }): ReactElement {
  const query = useQuery(gateQuery(id))
  return (
    <FoundPage noun="gate" query={query} thing={query.data} trail={[HOME]} missing={<NoGate />}>
      {(gate) => (
        <Page title={gateTitle(gate)} trail={[HOME]} back={HOME} detail={<Queue id={id} />}>
          <div className="mx-auto flex max-w-160 flex-col gap-3">
            <Part what="The gate" query={query}>
              {() => <GateParts gate={gate} />}
            </Part>
          </div>
        </Page>
      )}
    </FoundPage>
  )
}

/** "1 of 3 that wait on you". */
function Queue({ id }: { readonly id: Gate['id'] }): ReactElement | null {
  const { data } = useQuery(waitingQuery)
  const at = data?.items.findIndex((gate) => gate.id === id) ?? -1
  if (data === undefined || at < 0) return null
  return (
    <>
      {at + 1} of {data.items.length} waiting on you
    </>
  )
}

function GateParts({ gate }: { readonly gate: Gate }): ReactElement {
  const { name } = useMe()
  return (
    <>
      <header className="flex items-center gap-3">
        <GateGlyph state={gate.state} size={36} />
        <div className="min-w-0">
          <p className="text-20 font-heading tracking-heading">{gateTitle(gate)}</p>
          <p className="text-ink-2">
            {runOfGate(gate)} · <GateStand gate={gate} />
          </p>
        </div>
      </header>
      {gate.reason !== '' && (
        <p className="rounded-2 border border-line bg-sunken p-3 text-12 break-words text-ink-2">
          {gate.reason}
        </p>
      )}
      <TitledCard
        title={gate.next === null ? 'Ends here' : `Goes on to ${gate.next}`}
        className="max-drawer:*:rounded-4"
      >
        <div className="p-3.5">
          <GateBrings gate={gate} />
        </div>
      </TitledCard>
      {gate.checks.length > 0 && (
        <TitledCard title="Checks" count={checksHold(gate)}>
          <div className="p-3.5">
            <GateChecks gate={gate} />
          </div>
        </TitledCard>
      )}
      {gate.approvals.length > 0 && (
        <TitledCard title="Approvals" count={approvalsGiven(gate)}>
          <div className="p-3.5">
            <GateApprovals gate={gate} me={name} />
            <GateEarlier gate={gate} />
          </div>
        </TitledCard>
      )}
      <section
        aria-label="Decide"
        className="sticky bottom-0 z-20 border-line bg-surface p-4 pb-[max(16px,env(safe-area-inset-bottom))] max-drawer:fixed max-drawer:inset-x-0 max-drawer:border-t drawer:bottom-4 drawer:rounded-3 drawer:border drawer:shadow-2"
      >
        <DecideFoot gate={gate} />
      </section>
      {/* The foot of phones covers what is below it. */}
      <div aria-hidden className="h-40 drawer:hidden" />
    </>
  )
}
