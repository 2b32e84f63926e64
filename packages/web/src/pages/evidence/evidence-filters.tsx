import { useQuery } from '@tanstack/react-query'
import { AUDIT_TOPICS, type AuditTopic } from '@lockstep/contract'
import { X } from 'lucide-react'
import { useId, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { readAll } from '../../lib/read-all.ts'
import { useCanAnywhere } from '../../lib/session/can-anywhere.ts'
import type { Project } from '../../lib/session/project-choice.ts'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/select.tsx'
import { NO_PROJECT, type EvidenceFilter } from './evidence-query.ts'

interface EvidenceFiltersProps {
  readonly filter: EvidenceFilter
  /** null: what belongs to none. */
  readonly project: Project | null
  readonly mayReadSystem: boolean
  readonly readable: readonly Project[]
  readonly onChange: (next: { readonly [Name in keyof EvidenceFilter]?: string | null }) => void
}

const TOPIC_WORDS: Readonly<Record<AuditTopic, string>> = {
  decisions: 'Decisions',
  runs: 'Runs and releases',
  deployments: 'Deployments and places',
  definitions: 'Definitions',
  access: 'Access, agents, secrets',
}

/** What of the trail is looked at: whose, about what, by whom, when. */
export function EvidenceFilters({
  filter,
  project,
  mayReadSystem,
  readable,
  onChange,
}: EvidenceFiltersProps): ReactElement {
  const maySeePeople = useCanAnywhere('user.read')
  const { data: users = [] } = useQuery({
    queryKey: ['users'],
    queryFn: () => readAll((page) => api.listUsers(page)),
    enabled: maySeePeople,
  })
  const trails = [
    ...readable.map(({ name, title }) => ({ value: name, label: title })),
    ...(mayReadSystem ? [{ value: NO_PROJECT, label: 'None: people and the system' }] : []),
  ]
  return (
    <search className="mb-4 flex flex-wrap items-end gap-3 max-drawer:grid max-drawer:grid-cols-2">
      {trails.length > 1 && (
        <Select
          label="Project"
          value={project?.name ?? NO_PROJECT}
          options={trails}
          onChange={(name) => onChange({ project: name })}
        />
      )}
      <Select
        label="About"
        value={filter.about ?? ''}
        options={[
          { value: '', label: 'Everything' },
          ...AUDIT_TOPICS.map((topic) => ({ value: topic, label: TOPIC_WORDS[topic] })),
        ]}
        onChange={(about) => onChange({ about })}
      />
      {maySeePeople && (
        <Select
          label="By"
          value={filter.by ?? ''}
          options={[
            { value: '', label: 'Anybody' },
            ...users.map(({ id, title }) => ({ value: id as string, label: title })),
          ]}
          onChange={(by) => onChange({ by })}
        />
      )}
      <Day label="From" value={filter.from ?? ''} onChange={(from) => onChange({ from })} />
      <Day label="To" value={filter.to ?? ''} onChange={(to) => onChange({ to })} />
      {filter.subject !== undefined && (
        <Button onClick={() => onChange({ subject: null })}>
          <X size={13} aria-hidden /> One thing only
        </Button>
      )}
    </search>
  )
}

function Day({
  label,
  value,
  onChange,
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}): ReactElement {
  const id = useId()
  return (
    <span className="flex flex-col gap-1">
      <label htmlFor={id} className="text-12 font-name text-ink-2">
        {label}
      </label>
      <input
        id={id}
        type="date"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        className="h-7 w-full min-w-0 rounded-2 border border-line-strong bg-surface px-2 text-13 text-ink hover:border-ink-4 max-drawer:h-11 max-drawer:text-16"
      />
    </span>
  )
}
