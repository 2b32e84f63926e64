import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Ellipsis, Plus } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { useCanAnywhere } from '../../lib/session/can-anywhere.ts'
import { useCan } from '../../lib/session/can.ts'
import { useMe } from '../../lib/session/me.ts'
import { whoMay } from '../../lib/session/who-may.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, Section } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { reasonOf } from '../../ui/error-card.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { MayNot } from '../../ui/may-not.tsx'
import { Menu, type MenuEntry } from '../../ui/menu.tsx'
import { Part } from '../../ui/part.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { useTell } from '../../ui/toast.tsx'
import { ChangePersonDialog } from './change-person-dialog.tsx'
import { usersQuery, type User } from './people.ts'
import { PersonDialog } from './person-dialog.tsx'

const here = getRouteApi('/shell/settings/$')

/** Everybody who signs in here; who may, invites people and keeps them out. */
export function PeopleSettings(): ReactElement {
  const { q = '' } = here.useSearch()
  const navigate = here.useNavigate()
  const maySee = useCanAnywhere('user.read')
  const { allowed: mayWrite } = useCan('user.write', { on: 'system' })
  const [isInviting, setIsInviting] = useState(false)
  if (!maySee) return <MayNot>The list of people is for {whoMay('user.read')}.</MayNot>
  const change = (words: string): void => {
    void navigate({ search: words === '' ? {} : { q: words }, replace: true })
  }
  return (
    <Section
      title="People"
      aside={
        mayWrite && (
          <Button look="primary" onClick={() => setIsInviting(true)}>
            <Plus size={14} aria-hidden /> Invite…
          </Button>
        )
      }
    >
      <div className="mb-3">
        <FilterBar placeholder="Name or e-mail" value={q} onChange={change} />
      </div>
      {!mayWrite && (
        <div className="mb-3">
          <MayNot>Inviting people is for {whoMay('user.write', 'system')}.</MayNot>
        </div>
      )}
      <People words={q} mayWrite={mayWrite} onClear={() => change('')} />
      {isInviting && <PersonDialog onClose={() => setIsInviting(false)} />}
    </Section>
  )
}

function People({
  words,
  mayWrite,
  onClear,
}: {
  readonly words: string
  readonly mayWrite: boolean
  readonly onClear: () => void
}): ReactElement {
  const query = useQuery(usersQuery)
  const me = useMe()
  const [link, setLink] = useState<{ readonly link: string; readonly title: string } | null>(null)
  const [changing, setChanging] = useState<User | null>(null)
  const queries = useQueryClient()
  const tell = useTell()
  const turn = useMutation({
    mutationFn: ({ id, version, disabled }: User) =>
      api.changeUser({ user: id, disabled: !disabled }, { ifMatch: version }),
    onSuccess: async ({ title, disabled }) => {
      await queries.invalidateQueries({ queryKey: usersQuery.queryKey })
      tell({ title: disabled ? `${title} cannot sign in any more` : `${title} may sign in again` })
    },
    onError: (error) => tell({ title: 'Not changed', detail: reasonOf(error), state: 'failed' }),
  })
  const invite = useMutation({
    mutationFn: ({ id }: User) => api.inviteUser({ user: id }),
    onSuccess: (made) => setLink({ link: made.link, title: made.user.title }),
    onError: (error) => tell({ title: 'No link made', detail: reasonOf(error), state: 'failed' }),
    gcTime: 0,
  })
  const columns = columnsFor({
    mayWrite,
    me: me.id,
    onChange: setChanging,
    onInvite: (user) => invite.mutate(user),
    onTurn: (user) => turn.mutate(user),
  })
  return (
    <Card>
      <Part what="People" query={query}>
        {(items) => {
          const wanted = words.trim().toLowerCase()
          const shown = items.filter(({ name, title, email }) =>
            [name, title, email].some((text) => text.toLowerCase().includes(wanted)),
          )
          return shown.length === 0 ? (
            <Empty
              title={`Nobody fits “${words}”`}
              actions={<Button onClick={onClear}>Clear the filter</Button>}
            >
              The filter looks for names and e-mail addresses.
            </Empty>
          ) : (
            <Table
              label="Everybody"
              columns={columns}
              rows={shown}
              rowKey={({ id }) => id}
              isListOnPhone
            />
          )
        }}
      </Part>
      {changing !== null && (
        <ChangePersonDialog user={changing} onClose={() => setChanging(null)} />
      )}
      {link !== null && (
        <ShownOnce
          title={`A link for ${link.title}`}
          detail="It works once, and is not shown again. Hand it over yourself."
          label="Link"
          text={link.link}
          onClose={() => setLink(null)}
        />
      )}
    </Card>
  )
}

/** Whether somebody signs in: not before they have chosen a password. */
function Standing({ user: { disabled, invited } }: { readonly user: User }): ReactElement {
  if (disabled) return <span className="text-fail">disabled</span>
  if (invited === null) return <>active</>
  return (
    <>
      invited,{' '}
      <span className="text-12 text-ink-3">
        {invited.until === null ? (
          'the link has ended'
        ) : (
          <>
            link until <Time at={invited.until} />
          </>
        )}
      </span>
    </>
  )
}

interface Acts {
  readonly onChange: (user: User) => void
  readonly onInvite: (user: User) => void
  readonly onTurn: (user: User) => void
}

interface ColumnsInput extends Acts {
  readonly mayWrite: boolean
  /** Who makes no link for themselves, and does not keep themselves out. */
  readonly me: string
}

function columnsFor({
  mayWrite,
  me,
  onChange,
  onInvite,
  onTurn,
}: ColumnsInput): readonly Column<User>[] {
  return [
    {
      key: 'name',
      head: 'Person',
      cell: ({ title, name }) => (
        <span className="flex items-center gap-2.5">
          <Avatar name={title} isDecoration />
          <span className="min-w-0">
            <span className="font-name break-words">{title}</span>{' '}
            {name !== title && <span className="text-12 text-ink-3">{name}</span>}
          </span>
        </span>
      ),
    },
    {
      key: 'email',
      head: 'E-mail',
      cell: ({ email }) => <span className="text-12 text-ink-2">{email}</span>,
    },
    {
      key: 'state',
      head: 'State',
      cell: (user) => <Standing user={user} />,
    },
    {
      key: 'since',
      head: 'Since',
      isNumber: true,
      cell: ({ createdAt }) => <Time at={createdAt} />,
    },
    {
      key: 'actions',
      head: <span className="sr-only">Actions</span>,
      isNumber: true,
      isAct: true,
      cell: (user) =>
        mayWrite ? (
          <Menu
            trigger={
              <Button look="quiet" size="icon" aria-label={`Actions for ${user.title}`}>
                <Ellipsis size={15} aria-hidden />
              </Button>
            }
            entries={[
              { key: 'change', label: 'Change…', onSelect: () => onChange(user) },
              ...(user.id === me ? [] : entriesForOthers(user, { onInvite, onTurn })),
            ]}
          />
        ) : null,
    },
  ]
}

function entriesForOthers(
  user: User,
  { onInvite, onTurn }: Pick<Acts, 'onInvite' | 'onTurn'>,
): readonly MenuEntry[] {
  return [
    {
      key: 'link',
      label: 'New link for a password',
      isDisabled: user.disabled,
      onSelect: () => onInvite(user),
    },
    {
      key: 'turn',
      label: user.disabled ? 'Let sign in again' : 'Keep out',
      isDanger: !user.disabled,
      onSelect: () => onTurn(user),
    },
  ]
}
