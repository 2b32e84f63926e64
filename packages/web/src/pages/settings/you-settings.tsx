import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement, type ReactNode } from 'react'
import { api } from '../../lib/api.ts'
import { environmentsQuery } from '../../lib/inventory.ts'
import { readAll } from '../../lib/read-all.ts'
import { meQuery, useMe } from '../../lib/session/me.ts'
import { PASSWORD_HINT } from '../../lib/session/password-hint.ts'
import { passwordProblem } from '../../lib/session/password-problem.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { Button } from '../../ui/button.tsx'
import { Card, Section } from '../../ui/card.tsx'
import { reasonOf } from '../../ui/error-card.tsx'
import { Field } from '../../ui/field.tsx'
import { Part } from '../../ui/part.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { useTell } from '../../ui/toast.tsx'
import { heldWords } from './role-words.ts'
import { clientWords } from './session-words.ts'

/** Who I am here, what I may, my password and where I am signed in. */
export function YouSettings(): ReactElement {
  const me = useMe()
  const { projects } = useProjectChoice()
  const { data: environments = [] } = useQuery(environmentsQuery)
  const names = new Map<string, string>(
    [...projects, ...environments].map(({ id, name }) => [id, name]),
  )
  return (
    <div className="space-y-6">
      <Section title="You">
        <Card>
          <dl className="divide-y divide-line">
            <Fact name="Name">
              {me.title}{' '}
              {me.name !== me.title && <span className="text-12 text-ink-3">{me.name}</span>}
            </Fact>
            <Fact name="E-mail">{me.email ?? 'none'}</Fact>
            <Fact name="Groups">
              {me.groups.length === 0 ? 'none' : me.groups.map(({ name }) => name).join(', ')}
            </Fact>
            <Fact name="Roles">
              {me.grants.length === 0 ? (
                'none'
              ) : (
                <ul>
                  {me.grants.map((grant) => (
                    <li key={grant.id}>{heldWords(grant, names)}</li>
                  ))}
                </ul>
              )}
            </Fact>
          </dl>
        </Card>
        <p className="mt-2 text-12 text-ink-3">
          Administrators change names, addresses, groups and roles.
        </p>
      </Section>
      <PasswordForm />
      <Sessions />
    </div>
  )
}

function Fact({
  name,
  children,
}: {
  readonly name: string
  readonly children: ReactNode
}): ReactElement {
  return (
    <div className="flex min-h-8.5 items-start gap-4 px-3.5 py-1.5">
      <dt className="w-24 shrink-0 text-ink-2">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  )
}

function PasswordForm(): ReactElement {
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const tell = useTell()
  const queries = useQueryClient()
  const change = useMutation({
    mutationFn: () => api.changePassword({ current, password }),
    onSuccess: async () => {
      setCurrent('')
      setPassword('')
      // The session is a new one, and with it the token against other sites.
      await queries.refetchQueries({ queryKey: meQuery.queryKey })
      await queries.invalidateQueries({ queryKey: ['sessions'] })
      tell({ title: 'Password changed', detail: 'Everywhere else you are signed out.' })
    },
  })
  const weak = passwordProblem(change.error)
  return (
    <Section title="Password">
      <Card className="p-3.5">
        <form
          className="max-w-90 space-y-3"
          onSubmit={(event) => {
            event.preventDefault()
            if (!change.isPending) change.mutate()
          }}
        >
          <Field
            label="Password now"
            type="password"
            autoComplete="current-password"
            required
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            error={change.error !== null && weak === undefined ? reasonOf(change.error) : undefined}
          />
          <Field
            label="New password"
            hint={PASSWORD_HINT}
            type="password"
            autoComplete="new-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={weak}
          />
          <Button type="submit" isBusy={change.isPending}>
            Change the password
          </Button>
        </form>
      </Card>
    </Section>
  )
}

type Session = Awaited<ReturnType<typeof api.listSessions>>['items'][number]

function Sessions(): ReactElement {
  const query = useQuery({
    queryKey: ['sessions'],
    queryFn: () => readAll((page) => api.listSessions(page)),
  })
  const queries = useQueryClient()
  const tell = useTell()
  const end = useMutation({
    mutationFn: (session: Session['id']) => api.endSession({ session }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['sessions'] })
      tell({ title: 'Session ended' })
    },
  })
  const columns = columnsFor(end.isPending, (session) => end.mutate(session))
  return (
    <Section title="Signed in" count="where your name works without a password">
      <Card>
        <Part what="Sessions" query={query}>
          {(items) => (
            <Table
              label="Sessions"
              columns={columns}
              rows={items}
              rowKey={({ id }) => id}
              isListOnPhone
            />
          )}
        </Part>
      </Card>
    </Section>
  )
}

function columnsFor(
  isBusy: boolean,
  onEnd: (session: Session['id']) => void,
): readonly Column<Session>[] {
  return [
    {
      key: 'client',
      head: 'Where',
      cell: ({ client, current }) => (
        <span className="flex items-center gap-2">
          <span className="max-w-70 truncate" title={client}>
            {clientWords(client)}
          </span>
          {current && <span className="text-12 whitespace-nowrap text-ok">this one</span>}
        </span>
      ),
    },
    {
      key: 'address',
      head: 'Address',
      cell: ({ address }) => <span className="font-mono text-12">{address}</span>,
    },
    { key: 'seen', head: 'Seen', isNumber: true, cell: ({ seenAt }) => <Time at={seenAt} /> },
    {
      key: 'end',
      head: <span className="sr-only">End</span>,
      isNumber: true,
      isAct: true,
      cell: ({ id, current }) =>
        current ? null : (
          <Button size="small" isBusy={isBusy} onClick={() => onEnd(id)}>
            End
          </Button>
        ),
    },
  ]
}
