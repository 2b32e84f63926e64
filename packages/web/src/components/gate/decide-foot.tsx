// Where a person decides about a gate: comment and buttons, or in their place why there are none.

import { Refused } from '@lockstep/client'
import { Lock, MessageSquareOff } from 'lucide-react'
import { lazy, Suspense, useRef, useState, type ReactElement, type ReactNode } from 'react'
import { useIsWidth } from '../../lib/is-width.ts'
import { useIsOnline } from '../../lib/online.ts'
import { useKeys } from '../../lib/keys/use-keys.ts'
import { useMe } from '../../lib/session/me.ts'
import type { Gate } from '../../lib/waiting.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Duration } from '../../ui/time.tsx'
import { fasterThan, isUndecided, whatNext, whyNotMe } from './gate-words.ts'
import { OverrideButton } from './override-button.tsx'
import { RemindButton } from './remind-button.tsx'
import { useDecide } from './use-decide.ts'
import { useMaySteerGate } from './use-may-steer-gate.ts'

const ConfirmDecision = lazy(() =>
  import('./confirm-decision.tsx').then(({ ConfirmDecision: it }) => ({ default: it })),
)
/** Refusals that mean that the gate is not what it was on the screen. */
const TOO_LATE: ReadonlySet<string> = new Set([
  'gate_not_waiting',
  'wrong_state',
  'already_decided',
])

interface DecideFootProps {
  readonly gate: Gate
  /** The focus is in the comment at once: a key has opened it. */
  readonly isFocused?: boolean
}

/** Approve, reject, hold, resume, take back, judge again, remind others: what of it this person may do now. */
export function DecideFoot({ gate, isFocused = false }: DecideFootProps): ReactElement {
  const { name } = useMe()
  const [comment, setComment] = useState('')
  const [needs, setNeeds] = useState<string>()
  const [confirming, setConfirming] = useState<'approve' | 'reject' | null>(null)
  const box = useRef<HTMLTextAreaElement>(null)
  const isOnline = useIsOnline()
  const isPhone = useIsWidth('phone')
  const may = useMaySteerGate(gate)
  const decide = useDecide(gate, () => {
    setConfirming(null)
    setComment('')
  })
  const isLate = decide.error instanceof Refused && TOO_LATE.has(decide.error.code)
  const faster = fasterThan(gate, name)
  const canDecide = gate.can.approve || gate.can.reject || gate.can.hold
  const toComment = (): void => box.current?.focus()
  useKeys(
    ['a', 'h', 'x'].map((keys) => ({
      keys,
      label: KEY_LABELS[keys] ?? '',
      group: 'On this page',
      run: toComment,
    })),
    canDecide,
  )
  const ask = (verb: 'approve' | 'reject'): void => {
    if (verb === 'reject' && comment.trim() === '') {
      setNeeds('Say why: a rejection is kept with its reason.')
      toComment()
      return
    }
    decide.reset()
    setConfirming(verb)
  }
  useKeys(
    [{ keys: 'mod+enter', label: 'Approve…', group: 'On this page', run: () => ask('approve') }],
    gate.can.approve && confirming === null,
  )
  const hold = (): void => {
    if (comment.trim() === '') {
      setNeeds('Say why: everybody who waits here reads it.')
      toComment()
      return
    }
    decide.mutate({ verb: 'hold', comment })
  }

  if (faster !== null && !canDecide && (isLate || (comment !== '' && !isUndecided(gate)))) {
    const drop = (): void => {
      setComment('')
      setConfirming(null)
      decide.reset()
    }
    return <SomeoneWasFaster gate={gate} last={faster} comment={comment} onDrop={drop} />
  }
  const why = whyNotMe(gate)
  return (
    <div className="space-y-2.5">
      {gate.held !== null && (
        <Note>
          On hold by {gate.held.by} for <Duration from={gate.held.at} />: “{gate.held.reason}”
        </Note>
      )}
      {why !== null && (
        <Note icon={<Lock size={14} aria-hidden className="mt-0.5 shrink-0" />}>{why}</Note>
      )}
      {canDecide && (
        <TextArea
          ref={box}
          label="Comment, kept as evidence"
          autoFocus={isFocused}
          rows={isPhone ? 1 : 2}
          value={comment}
          error={needs}
          onChange={(event) => {
            setComment(event.currentTarget.value)
            setNeeds(undefined)
          }}
        />
      )}
      {!isOnline && (
        <Note>
          You are offline. A decision is never kept for later: it can be made when the network is
          back.
        </Note>
      )}
      {confirming === null && <Failure of={decide.error} />}
      <div className="flex flex-wrap justify-end gap-2">
        {gate.can.reject && (
          <Button
            look="danger"
            size="large"
            className="mr-auto"
            disabled={!isOnline}
            onClick={() => ask('reject')}
          >
            Reject…
          </Button>
        )}
        {gate.can.hold && (
          <Button
            size="large"
            disabled={!isOnline}
            isBusy={decide.isPending && decide.variables.verb === 'hold'}
            onClick={hold}
          >
            Hold
          </Button>
        )}
        {gate.state === 'waiting' && !gate.can.approve && may.remind && (
          <RemindButton gate={gate} isOnline={isOnline} />
        )}
        {gate.can.override && <OverrideButton gate={gate} isOnline={isOnline} />}
        {gate.held !== null && may.resume && (
          <Act verb="resume" decide={decide} isOnline={isOnline}>
            Resume
          </Act>
        )}
        {gate.can.withdraw && (
          <Act verb="withdraw" decide={decide} isOnline={isOnline}>
            Take back
          </Act>
        )}
        {gate.state === 'rejected' && may.retry && (
          <Act verb="retry" decide={decide} isOnline={isOnline}>
            Judge again
          </Act>
        )}
        {gate.can.approve && (
          <Button
            look="primary"
            size="large"
            className="max-drawer:grow"
            disabled={!isOnline || gate.covers === null}
            onClick={() => ask('approve')}
          >
            Approve…
          </Button>
        )}
      </div>
      <p className="text-12 text-ink-3">{whatNext(gate)}</p>
      <Suspense>
        {confirming !== null && (
          <ConfirmDecision
            verb={confirming}
            gate={gate}
            decide={decide}
            comment={
              comment !== '' && (
                <p className="text-12 break-words whitespace-pre-wrap text-ink-2">“{comment}”</p>
              )
            }
            onClose={() => setConfirming(null)}
            onConfirm={(covers) => decide.mutate({ verb: confirming, comment, covers })}
          />
        )}
      </Suspense>
    </div>
  )
}

const KEY_LABELS: Readonly<Record<string, string>> = {
  a: 'Approve the gate',
  h: 'Hold the gate',
  x: 'Reject the gate',
}

function Act({
  verb,
  decide,
  isOnline,
  children,
}: {
  readonly verb: 'resume' | 'withdraw' | 'retry'
  readonly decide: ReturnType<typeof useDecide>
  readonly isOnline: boolean
  readonly children: ReactNode
}): ReactElement {
  return (
    <Button
      size="large"
      disabled={!isOnline}
      isBusy={decide.isPending && decide.variables.verb === verb}
      onClick={() => decide.mutate(verb === 'retry' ? { verb, comment: '' } : { verb })}
    >
      {children}
    </Button>
  )
}

function Note({
  icon,
  children,
}: {
  readonly icon?: ReactNode
  readonly children: ReactNode
}): ReactElement {
  return (
    <div className="flex gap-2 rounded-2 border border-line bg-sunken p-2.5 text-12 text-ink-2">
      {icon}
      <p className="min-w-0 break-words">{children}</p>
    </div>
  )
}

/** Two people at one gate: who it was, and the text of the one who came later. */
function SomeoneWasFaster({
  gate,
  last,
  comment,
  onDrop,
}: {
  readonly gate: Gate
  readonly last: Gate['history'][number]
  readonly comment: string
  readonly onDrop: () => void
}): ReactElement {
  return (
    <div role="status" className="space-y-2">
      <p className="font-heading">
        Already {last.decision === 'approve' ? 'approved' : 'rejected'}
      </p>
      <p className="text-12 text-ink-2">
        {last.person} was faster, <Duration from={last.at} /> ago. {whatNext(gate)}
        {comment !== '' && ' Your comment was not sent, it is kept here.'}
      </p>
      {comment !== '' && (
        <>
          <TextArea label="Your comment" rows={2} readOnly value={comment} />
          <Button look="quiet" onClick={onDrop}>
            <MessageSquareOff size={14} aria-hidden /> Drop it
          </Button>
        </>
      )}
    </div>
  )
}
