import { useMutation, useQueryClient } from '@tanstack/react-query'
import { isSourceRange, type Permission } from '@lockstep/domain'
import { useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { useMe } from '../../lib/session/me.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { Time } from '../../ui/time.tsx'
import {
  grantable,
  permissionsFor,
  TOKEN_USE_WORDS,
  TOKEN_USES,
  type TokenUse,
} from './token-limits.ts'

const DAYS = ['7', '30', '90', '365'] as const

/** Makes a token with limits, and shows its secret once. */
export function TokenDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const me = useMe()
  const { projects } = useProjectChoice()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [use, setUse] = useState<TokenUse>('read')
  const [chosen, setChosen] = useState<ReadonlySet<Permission>>(new Set())
  const [place, setPlace] = useState('')
  const [days, setDays] = useState<(typeof DAYS)[number]>('90')
  const [from, setFrom] = useState('')
  const ranges = from.split(/[\s,]+/).filter((range) => range !== '')
  const noRange = ranges.find((range) => !isSourceRange(range))
  const may = grantable(me.grants.map(({ role }) => role))
  const permissions = permissionsFor(use, may, chosen)
  const project = projects.find(({ id }) => id === place)?.id
  const make = useMutation({
    mutationFn: () =>
      api.createToken({
        name,
        permissions: [...permissions],
        days: Number(days),
        from: ranges,
        ...(project === undefined ? {} : { project }),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
    gcTime: 0, // What is shown once is not kept.
  })
  if (make.data !== undefined) {
    const { secret, token } = make.data
    return (
      <ShownOnce
        title={token.name}
        detail={
          <>
            It works until <Time at={token.expiresAt} />, and is not shown again.
          </>
        }
        label="Token"
        text={secret}
        onClose={onClose}
      >
        Programs send it as <code>LOCKSTEP_TOKEN</code>. Whoever has it acts as you.
      </ShownOnce>
    )
  }
  return (
    <ActDialog
      title="New token"
      act="Make the token"
      isReady={name.trim() !== '' && permissions.length > 0 && noRange === undefined}
      note={`${permissions.length} ${permissions.length === 1 ? 'permission' : 'permissions'}`}
      mutation={make}
      onClose={onClose}
      onAct={() => make.mutate()}
    >
      <Field
        label="Name"
        hint="What it is for: the build server, a dashboard."
        value={name}
        maxLength={120}
        required
        autoComplete="off"
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label="May"
        isTall
        value={use}
        options={TOKEN_USES.map((value) => ({ value, label: TOKEN_USE_WORDS[value] }))}
        onChange={setUse}
      />
      {use === 'chosen' && (
        <Choice
          may={may}
          chosen={chosen}
          onTurn={(permission) => {
            const next = new Set(chosen)
            if (!next.delete(permission)) next.add(permission)
            setChosen(next)
          }}
        />
      )}
      <div className="flex flex-wrap gap-3">
        <Select
          label="Where"
          isTall
          className="grow"
          value={place}
          options={[
            { value: '', label: 'Wherever I may' },
            ...projects.map(({ id, title }) => ({ value: id, label: title })),
          ]}
          onChange={setPlace}
        />
        <Select
          label="Lives"
          isTall
          className="grow"
          value={days}
          options={DAYS.map((value) => ({ value, label: `${value} days` }))}
          onChange={setDays}
        />
      </div>
      <Field
        label="Works from"
        hint="Addresses or ranges with commas between, such as 10.0.0.0/8. Empty: from anywhere."
        value={from}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setFrom(event.currentTarget.value)}
        error={noRange === undefined ? undefined : `${noRange} is no address or range.`}
      />
    </ActDialog>
  )
}

function Choice({
  may,
  chosen,
  onTurn,
}: {
  readonly may: readonly Permission[]
  readonly chosen: ReadonlySet<Permission>
  readonly onTurn: (permission: Permission) => void
}): ReactElement {
  return (
    <fieldset className="max-h-44 overflow-y-auto rounded-2 border border-line p-2">
      <legend className="sr-only">Permissions</legend>
      {may.map((permission) => (
        <label key={permission} className="flex h-7 items-center gap-2 px-1 max-drawer:h-11">
          <input
            type="checkbox"
            checked={chosen.has(permission)}
            onChange={() => onTurn(permission)}
            className="size-4 accent-(--ls-accent)"
          />
          <span className="font-mono text-12">{permission}</span>
        </label>
      ))}
    </fieldset>
  )
}
