import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { Time } from '../../ui/time.tsx'
import { NameFields, namesOf, NO_NAMES } from './name-fields.tsx'
import { usersQuery } from './people.ts'

/** Makes somebody known, and shows once the link with which they choose a password. */
export function PersonDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [typed, setTyped] = useState(NO_NAMES)
  const [email, setEmail] = useState('')
  const queries = useQueryClient()
  const make = useMutation({
    mutationFn: () => api.createUser({ ...namesOf(typed), email }),
    onSuccess: () => queries.invalidateQueries({ queryKey: usersQuery.queryKey }),
    gcTime: 0, // What is shown once is not kept.
  })
  if (make.data !== undefined) {
    const { user, link, expiresAt } = make.data
    return (
      <ShownOnce
        title={`A link for ${user.title}`}
        detail={
          <>
            It works once, until <Time at={expiresAt} />, and is not shown again. Hand it over
            yourself.
          </>
        }
        label="Link"
        text={link}
        onClose={onClose}
      >
        Until somebody gives them a role they see nothing: see Roles.
      </ShownOnce>
    )
  }
  return (
    <ActDialog
      title="Invite somebody"
      detail="They choose their password themselves, with a link that works once."
      act="Make the link"
      isReady={typed.name !== '' && email !== ''}
      mutation={make}
      onClose={onClose}
      onAct={() => make.mutate()}
    >
      <NameFields label="Name to sign in with" example="qa-lead" typed={typed} onType={setTyped} />
      <Field
        label="E-mail"
        type="email"
        hint="Gates that ask them write there."
        value={email}
        required
        autoComplete="off"
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
    </ActDialog>
  )
}
