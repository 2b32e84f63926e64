import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { DecideFoot } from '../../components/gate/decide-foot.tsx'
import {
  GateApprovals,
  GateBrings,
  GateChecks,
  GateEarlier,
} from '../../components/gate/gate-facts.tsx'
import { GateStand } from '../../components/gate/gate-stand.tsx'
import { checksHold } from '../../components/gate/gate-line.ts'
import { approvalsGiven, shownRule } from '../../components/gate/gate-words.ts'
import { PanelSection, SidePanel } from '../../layout/side-panel.tsx'
import { gateQuery } from '../../lib/gates.ts'
import { useMe } from '../../lib/session/me.ts'
import type { Gate } from '../../lib/waiting.ts'
import { GATE_WORDS, GateGlyph } from '../../ui/gate-glyph.tsx'
import { Part } from '../../ui/part.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import type { FoundGate } from './run-layout.ts'

interface GatePanelProps {
  readonly gate: FoundGate
  /** A key asked for it: the focus goes to the comment. */
  readonly isFocused: boolean
  readonly onClose: () => void
}

/** The gate that is selected in a run, to decide about it. */
export function GatePanel(props: GatePanelProps): ReactElement {
  const { id } = props.gate.line
  return id === null ? <PlannedGate {...props} /> : <ReachedGate {...props} id={id} />
}

function ReachedGate({
  gate,
  id,
  isFocused,
  onClose,
}: GatePanelProps & { readonly id: Gate['id'] }): ReactElement {
  const query = useQuery(gateQuery(id))
  const { name } = useMe()
  const shown = query.data
  return (
    <SidePanel
      title={titleOf(gate)}
      glyph={<GateGlyph state={shown?.state ?? gate.line.state} size={26} />}
      detail={shown === undefined ? undefined : <GateStand gate={shown} />}
      onClose={onClose}
      foot={shown === undefined ? undefined : <DecideFoot gate={shown} isFocused={isFocused} />}
    >
      <Part what="The gate" query={query}>
        {(it) => (
          <>
            {it.reason !== '' && (
              <p className="border-b border-line bg-sunken p-4 text-12 break-words text-ink-2">
                {it.reason}
              </p>
            )}
            <PanelSection title={it.next === null ? 'Ends here' : `Lets these go on to ${it.next}`}>
              <GateBrings gate={it} />
            </PanelSection>
            {it.checks.length > 0 && (
              <PanelSection title="Checks" count={checksHold(it)}>
                <GateChecks gate={it} />
              </PanelSection>
            )}
            {it.approvals.length > 0 && (
              <PanelSection title="Approvals" count={approvalsGiven(it)}>
                <GateApprovals gate={it} me={name} />
                <GateEarlier gate={it} />
              </PanelSection>
            )}
          </>
        )}
      </Part>
    </SidePanel>
  )
}

/** A gate that the run has not come to: what it will ask. */
function PlannedGate({ gate, onClose }: GatePanelProps): ReactElement {
  const { line } = gate
  return (
    <SidePanel
      title={titleOf(gate)}
      glyph={<GateGlyph state={line.state} size={26} />}
      detail={line.reason ?? GATE_WORDS[line.state]}
      onClose={onClose}
    >
      <PanelSection title="It will ask">
        <ul className="space-y-2.5">
          {line.rules.map(({ name, state, by }, index) => (
            <li key={`${index} ${name}`} className="flex items-start gap-2.5">
              <span className="mt-0.5">
                <StateGlyph state={shownRule(state)} />
              </span>
              <span className="min-w-0">
                {name}
                {by.length > 0 && <span className="block text-12 text-ink-3">{by.join(', ')}</span>}
              </span>
            </li>
          ))}
        </ul>
      </PanelSection>
    </SidePanel>
  )
}

function titleOf({ stage, node }: FoundGate): string {
  return `${stage.title} ${node} gate`
}
