import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { useTell } from '../../ui/toast.tsx'
import { usersQuery, type User } from './people.ts'

/** Gives a person another address or another title. What they sign in with stays. */
export function ChangePersonDialog({
  user,
  onClose,
}: {
  readonly user: User
  readonly onClose: () => void
}): ReactElement {
  const [title, setTitle] = useState(user.title)
  const [email, setEmail] = useState(user.email)
  const queries = useQueryClient()
  const tell = useTell()
  const isMoved = email !== user.email
  const change = useMutation({
    mutationFn: () =>
      api.changeUser(
        { user: user.id, ...(title !== user.title && { title }), ...(isMoved && { email }) },
        { ifMatch: user.version },
      ),
    onSuccess: async (changed) => {
      await queries.invalidateQueries({ queryKey: usersQuery.queryKey })
      tell({ title: `${changed.title} is changed`, detail: changed.email })
      onClose()
    },
  })
  return (
    <ActDialog
      title={`Change ${user.title}`}
      detail={`Signs in as ${user.name}, as before.`}
      act="Change"
      isReady={title !== '' && email !== '' && (isMoved || title !== user.title)}
      mutation={change}
      onClose={onClose}
      onAct={() => change.mutate()}
    >
      <Field
        label="Name to show"
        value={title}
        required
        maxLength={120}
        autoComplete="off"
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <Field
        label="E-mail"
        type="email"
        hint={
          user.invited === null
            ? 'Gates that ask them write there. The address before is told of the change.'
            : 'Gates that ask them write there.'
        }
        value={email}
        required
        autoComplete="off"
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
    </ActDialog>
  )
}
