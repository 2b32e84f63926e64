// What a person looks at before they decide: versions, checks with their evidence, and decisions of others.

import { Fragment, lazy, Suspense, type ReactElement } from 'react'
import type { Gate } from '../../lib/waiting.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Time } from '../../ui/time.tsx'
import { VersionChange } from '../../ui/version-chip.tsx'
import { shortName } from '../../lib/address.ts'
import { ApplicationIcon } from '../application-icon.tsx'
import { missingOf, shownRule, unheardOf } from './gate-words.ts'

// Rare, and in nobody's way until somebody does it.
const OverrideNote = lazy(() =>
  import('./override-note.tsx').then(({ OverrideNote: it }) => ({ default: it })),
)

/** Which versions go on, from → to. */
export function GateBrings({ gate }: { readonly gate: Gate }): ReactElement {
  if (gate.brings.length === 0) return <p className="text-ink-2">This run brings no snapshot.</p>
  return (
    <ul className="space-y-2.5">
      {gate.brings.map(({ application, from, to }) => (
        <li key={application} className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <ApplicationIcon application={application} />
          <span className="min-w-0 grow font-name break-words" title={application}>
            {shortName(application)}
          </span>
          <VersionChange from={from} to={to} />
        </li>
      ))}
    </ul>
  )
}

/** Conditions that nobody decides, with what they have seen. */
export function GateChecks({ gate }: { readonly gate: Gate }): ReactElement {
  return (
    <ul className="space-y-2.5">
      {gate.checks.map(({ name, state, evidence }) => (
        <li key={name} className="flex items-start gap-2.5">
          <span className="mt-0.5">
            <StateGlyph state={shownRule(state)} />
          </span>
          <div className="flex min-w-0 grow flex-wrap justify-between gap-x-3">
            <span className="min-w-0 break-words first-letter:uppercase">{name}</span>
            {evidence !== '' && (
              <span
                className={`min-w-0 text-12 leading-5 break-words ${state === 'failed' ? 'text-fail' : 'text-ink-3'}`}
              >
                {evidence}
              </span>
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}

interface GateApprovalsProps {
  readonly gate: Gate
  /** The name of the person who looks. */
  readonly me: string
}

/** Who has decided, in their words, and who is still asked, or was when the gate ended. */
export function GateApprovals({ gate, me }: GateApprovalsProps): ReactElement {
  return (
    <ul className="space-y-3">
      {gate.override !== null && (
        <li>
          <Suspense>
            <OverrideNote gate={{ ...gate, override: gate.override }} me={me} />
          </Suspense>
        </li>
      )}
      {gate.approvals.map((approval) => {
        const unheard = unheardOf(gate, approval)
        return (
          <Fragment key={approval.rule}>
            {gate.approvals.length > 1 && (
              <li className="text-12 text-ink-3">
                {approval.name} · {approval.given} of {approval.need}
              </li>
            )}
            {approval.decisions.map((decision) => (
              <Decided key={decision.person} {...decision} isMe={decision.person === me} />
            ))}
            {missingOf(gate, approval, me).map(({ who, of }) => (
              <li key={of ?? who} className="flex items-start gap-2.5">
                <StateGlyph
                  state={approval.state === 'pending' ? 'not_started' : 'waiting'}
                  size={22}
                />
                <div className="min-w-0">
                  <p className="font-name break-words">{who}</p>
                  <p
                    className={`text-12 ${approval.state === 'pending' ? 'text-ink-3' : 'text-wait'}`}
                  >
                    {of !== null && `for ${of} · `}
                    {approval.state === 'pending' ? 'asked when all before it holds' : 'waiting'}
                    {approval.until !== null && (
                      <span className="text-ink-3">
                        {' '}
                        · expires <Time at={approval.until} />
                      </span>
                    )}
                  </p>
                </div>
              </li>
            ))}
            {unheard !== null && (
              <li className="flex items-start gap-2.5">
                <StateGlyph state="skipped" size={22} isDecoration />
                <div className="min-w-0">
                  <p className="font-name break-words">{unheard.who}</p>
                  <p className="text-12 text-ink-3">{unheard.why}</p>
                </div>
              </li>
            )}
          </Fragment>
        )
      })}
    </ul>
  )
}

function Decided({
  person,
  decision,
  comment,
  at,
  self,
  isMe,
}: Gate['approvals'][number]['decisions'][number] & { readonly isMe: boolean }): ReactElement {
  const isApproved = decision === 'approve'
  return (
    <li className="flex items-start gap-2.5">
      <Avatar name={person} isDecoration />
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center justify-between gap-x-3">
          <span className="font-name break-words">{isMe ? 'You' : person}</span>
          <span
            className={`flex items-center gap-1.5 text-12 ${isApproved ? 'text-ok' : 'text-fail'}`}
          >
            <StateGlyph state={isApproved ? 'passed' : 'failed'} size={13} isDecoration />
            <span className="sr-only">{isApproved ? 'approved' : 'rejected'} </span>
            <Time at={at} />
          </span>
        </p>
        {comment !== '' && (
          <p className="text-12 break-words whitespace-pre-wrap text-ink-2">“{comment}”</p>
        )}
        {self !== null && <p className="text-12 text-wait">Allowed by the environment: {self}</p>}
      </div>
    </li>
  )
}

/** Decisions that were recorded and do not stand any more: taken back, or void, and why. */
export function GateEarlier({ gate }: { readonly gate: Gate }): ReactElement | null {
  const gone = gate.history.filter(({ decision }) => decision === 'withdraw' || decision === 'void')
  if (gone.length === 0) return null
  return (
    <ul className="mt-3 space-y-1.5 border-t border-line pt-3 text-12 text-ink-2">
      {gone.map(({ person, decision, comment, at }) => (
        <li key={`${person} ${decision} ${at}`} className="flex flex-wrap justify-between gap-x-3">
          <span className="min-w-0 break-words">
            {decision === 'void'
              ? `The decision of ${person} no longer counts: ${comment}`
              : `${person} took the decision back`}
          </span>
          <span className="text-ink-3">
            <Time at={at} />
          </span>
        </li>
      ))}
    </ul>
  )
}
