import type { ReactElement, ReactNode } from 'react'
import { Link, useNavigate } from '@tanstack/react-router'
import { PanelSection, SidePanel } from '../../layout/side-panel.tsx'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { fullTime } from '../../ui/time-words.ts'
import { kindWords, saidWith, type AuditEntry } from './entry-words.ts'

interface EntryPanelProps {
  readonly entry: AuditEntry
  readonly onClose: () => void
}

/** One entry whole: who, when, from where, about what, and everything that was written down. */
export function EntryPanel({ entry, onClose }: EntryPanelProps): ReactElement {
  const { by, actor, at, kind, subject, says, type, body, origin, position } = entry
  const navigate = useNavigate()
  const said = saidWith(entry)
  return (
    <SidePanel
      title={`${says.charAt(0).toUpperCase()}${says.slice(1)}`}
      detail={fullTime(Date.parse(at))}
      onClose={onClose}
    >
      <PanelSection title="Who">
        <p className="break-words">{by}</p>
        <p className="font-mono text-12 break-all text-ink-3">{actor}</p>
        {origin !== null && (
          <dl className="mt-2 space-y-1 text-12">
            {Object.entries(origin).map(([name, value]) => (
              <div key={name} className="flex gap-3">
                <dt className="w-16 shrink-0 text-ink-3">{name}</dt>
                <dd className="min-w-0 break-all text-ink-2">
                  {typeof value === 'string' ? value : JSON.stringify(value)}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </PanelSection>
      {said !== undefined && (
        <PanelSection title="With the words">
          <p className="break-words whitespace-pre-wrap">{said}</p>
        </PanelSection>
      )}
      <PanelSection title="About">
        <p>{kindWords(kind)}</p>
        <p className="flex items-center gap-1">
          <SubjectLink kind={kind} subject={subject}>
            <span className="font-mono text-12 break-all text-ink-2">{subject}</span>
          </SubjectLink>
          <CopyButton text={subject} label="Copy the id" />
        </p>
        <Button
          className="mt-2"
          onClick={() => void navigate({ to: '/evidence', search: (old) => ({ ...old, subject }) })}
        >
          All entries about it
        </Button>
      </PanelSection>
      <PanelSection title="Written down">
        <p className="mb-1 font-mono text-12 break-all text-ink-3">
          {type} {position}
        </p>
        <pre className="overflow-x-auto rounded-2 bg-sunken p-2.5 break-all whitespace-pre-wrap">
          {JSON.stringify(body, null, 2)}
        </pre>
      </PanelSection>
    </SidePanel>
  )
}

function SubjectLink({
  kind,
  subject,
  children,
}: {
  readonly kind: string
  readonly subject: string
  readonly children: ReactNode
}): ReactElement {
  if (kind === 'gate_run') {
    return (
      <ScreenLink to="/gates/$gate" params={{ gate: subject }} className="hover:underline">
        {children}
      </ScreenLink>
    )
  }
  if (kind === 'pipeline_run') {
    return (
      <ScreenLink to="/runs/$run" params={{ run: subject }} className="[a]:hover:underline">
        {children}
      </ScreenLink>
    )
  }
  if (kind === 'agt') {
    return (
      <Link to="/agents/$agent" params={{ agent: subject }} className="hover:underline">
        {children}
      </Link>
    )
  }
  return <>{children}</>
}
