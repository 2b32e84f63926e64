import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronDown, ChevronRight, Plus, Users, X } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { useCanAnywhere } from '../../lib/session/can-anywhere.ts'
import { useCan } from '../../lib/session/can.ts'
import { whoMay } from '../../lib/session/who-may.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, Section } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Failure } from '../../ui/failure.tsx'
import { MayNot } from '../../ui/may-not.tsx'
import { Part } from '../../ui/part.tsx'
import { Select } from '../../ui/select.tsx'
import { useTell } from '../../ui/toast.tsx'
import { NameFields, namesOf, NO_NAMES } from './name-fields.tsx'
import { groupsQuery, membersQuery, usersQuery, type Group, type User } from './people.ts'

/** Groups: gates ask them, and roles are given to them. */
export function GroupSettings(): ReactElement {
  const maySee = useCanAnywhere('group.read')
  const { allowed: mayWrite } = useCan('group.write', { on: 'system' })
  const [isMaking, setIsMaking] = useState(false)
  const query = useQuery({ ...groupsQuery, enabled: maySee })
  if (!maySee) return <MayNot>The list of groups is for {whoMay('group.read')}.</MayNot>
  return (
    <Section
      title="Groups"
      count="gates ask them, and roles are given to them"
      aside={
        mayWrite && (
          <Button look="primary" onClick={() => setIsMaking(true)}>
            <Plus size={14} aria-hidden /> Group…
          </Button>
        )
      }
    >
      {!mayWrite && (
        <div className="mb-3">
          <MayNot>Changing groups is for {whoMay('group.write', 'system')}.</MayNot>
        </div>
      )}
      <Card>
        <Part what="Groups" query={query}>
          {(items) =>
            items.length === 0 ? (
              <Empty title="No groups yet" picture={<Users size={22} aria-hidden />}>
                A gate asks a group, such as <code>qa</code>, so that definitions name no person.
              </Empty>
            ) : (
              <ul className="divide-y divide-line">
                {items.map((group) => (
                  <OneGroup key={group.id} group={group} mayWrite={mayWrite} />
                ))}
              </ul>
            )
          }
        </Part>
      </Card>
      {isMaking && <GroupDialog onClose={() => setIsMaking(false)} />}
    </Section>
  )
}

function OneGroup({
  group,
  mayWrite,
}: {
  readonly group: Group
  readonly mayWrite: boolean
}): ReactElement {
  const [isOpen, setIsOpen] = useState(false)
  const Chevron = isOpen ? ChevronDown : ChevronRight
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
        className="flex min-h-9 w-full items-center gap-2.5 px-3.5 py-1 text-left hover:bg-hover max-drawer:min-h-11"
      >
        <Chevron size={14} aria-hidden className="shrink-0 text-ink-3" />
        <span className="min-w-0 grow break-words">
          <span className="font-name">{group.title}</span>{' '}
          <span className="text-12 text-ink-3">{group.name}</span>
        </span>
        <span className="text-12 whitespace-nowrap text-ink-3">
          {group.members} {group.members === 1 ? 'person' : 'people'}
        </span>
      </button>
      {isOpen && <Members group={group} mayWrite={mayWrite} />}
    </li>
  )
}

function Members({
  group,
  mayWrite,
}: {
  readonly group: Group
  readonly mayWrite: boolean
}): ReactElement {
  const query = useQuery(membersQuery(group.id))
  const queries = useQueryClient()
  const tell = useTell()
  const change = useMutation({
    mutationFn: ({ user, isIn }: { readonly user: User; readonly isIn: boolean }) =>
      isIn
        ? api.addMember({ group: group.id, user: user.id })
        : api.removeMember({ group: group.id, user: user.id }),
    onSuccess: async (_, { user, isIn }) => {
      await queries.invalidateQueries({ queryKey: groupsQuery.queryKey })
      tell({
        title: isIn
          ? `${user.title} is in ${group.title}`
          : `${user.title} is out of ${group.title}`,
      })
    },
  })
  return (
    <div className="border-t border-line bg-sunken px-3.5 py-2.5 pl-10">
      <Part what="Members" query={query}>
        {(members) => (
          <>
            {members.length === 0 && <p className="text-12 text-ink-2">Nobody is in it yet.</p>}
            <ul className="space-y-1">
              {members.map((user) => (
                <li key={user.id} className="flex items-center gap-2.5">
                  <Avatar name={user.title} size="small" isDecoration />
                  <span className="min-w-0 grow break-words">
                    {user.title} <span className="text-12 text-ink-3">{user.name}</span>
                  </span>
                  {mayWrite && (
                    <Button
                      look="quiet"
                      size="icon"
                      aria-label={`Take ${user.title} out of ${group.title}`}
                      isBusy={change.isPending}
                      onClick={() => change.mutate({ user, isIn: false })}
                    >
                      <X size={13} aria-hidden />
                    </Button>
                  )}
                </li>
              ))}
            </ul>
            {mayWrite && (
              <AddMember
                group={group}
                members={members}
                isBusy={change.isPending}
                onAdd={(user) => change.mutate({ user, isIn: true })}
              />
            )}
          </>
        )}
      </Part>
      <Failure of={change.error} className="mt-2" />
    </div>
  )
}

function AddMember({
  group,
  members,
  isBusy,
  onAdd,
}: {
  readonly group: Group
  readonly members: readonly User[]
  readonly isBusy: boolean
  readonly onAdd: (user: User) => void
}): ReactElement {
  const { data: users = [] } = useQuery(usersQuery)
  const [id, setId] = useState('')
  const others = users.filter(
    (user) => !user.disabled && members.every((member) => member.id !== user.id),
  )
  const chosen = others.find((user) => user.id === id)
  return (
    <div className="mt-2.5 flex items-end gap-2">
      <Select
        label={`Somebody for ${group.title}`}
        isLabelHidden
        className="min-w-0 grow drawer:max-w-70"
        value={chosen?.id ?? ''}
        options={[
          { value: '', label: 'Choose…' },
          ...others.map((user) => ({ value: user.id as string, label: user.title })),
        ]}
        onChange={setId}
      />
      <Button
        disabled={chosen === undefined}
        isBusy={isBusy}
        onClick={() => chosen && onAdd(chosen)}
      >
        Add
      </Button>
    </div>
  )
}

function GroupDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [typed, setTyped] = useState(NO_NAMES)
  const queries = useQueryClient()
  const tell = useTell()
  const make = useMutation({
    mutationFn: () => api.createGroup(namesOf(typed)),
    onSuccess: async (group) => {
      await queries.invalidateQueries({ queryKey: groupsQuery.queryKey })
      tell({ title: `${group.title} is there` })
      onClose()
    },
  })
  return (
    <ActDialog
      title="New group"
      act="Make the group"
      isReady={typed.name !== ''}
      mutation={make}
      onClose={onClose}
      onAct={() => make.mutate()}
    >
      <NameFields label="Name in definitions" example="qa" typed={typed} onType={setTyped} />
    </ActDialog>
  )
}
