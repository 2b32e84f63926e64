import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { reasonOf } from '../../ui/error-card.tsx'
import { Field } from '../../ui/field.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { Time } from '../../ui/time.tsx'
import { usersQuery } from './people.ts'

/** Makes somebody known, and shows once the link with which they choose a password. */
export function PersonDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [name, setName] = useState('')
  const [title, setTitle] = useState('')
  const [email, setEmail] = useState('')
  const queries = useQueryClient()
  const make = useMutation({
    mutationFn: () => api.createUser({ name, title: title === '' ? name : title, email }),
    onSuccess: () => queries.invalidateQueries({ queryKey: usersQuery.queryKey }),
    gcTime: 0, // What is shown once is not kept.
  })
  if (make.data !== undefined) {
    const { user, link, expiresAt } = make.data
    return (
      <Dialog
        isOpen
        onClose={onClose}
        title={`A link for ${user.title}`}
        detail={
          <>
            It works once, until <Time at={expiresAt} />, and is not shown again. Hand it over
            yourself.
          </>
        }
        actions={
          <Button size="large" onClick={onClose}>
            Done
          </Button>
        }
      >
        <ShownOnce label="Link" text={link} />
        <p className="mt-3 text-12 text-ink-2">
          Until somebody gives them a role they see nothing: see Roles.
        </p>
      </Dialog>
    )
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Invite somebody"
      detail="They choose their password themselves, with a link that works once."
    >
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (!make.isPending) make.mutate()
        }}
      >
        <Field
          label="Name to sign in with"
          hint="Small letters, digits and hyphens: qa-lead"
          value={name}
          required
          maxLength={40}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setName(event.currentTarget.value)}
          error={make.error === null ? undefined : reasonOf(make.error)}
        />
        <Field
          label="Name to show"
          hint="Empty: the same"
          value={title}
          maxLength={120}
          autoComplete="off"
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Field
          label="E-mail"
          type="email"
          hint="Gates that ask them write there."
          value={email}
          required
          autoComplete="off"
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <footer className="flex flex-wrap justify-end gap-2 pt-2">
          <Button size="large" onClick={onClose}>
            Not now
          </Button>
          <Button
            type="submit"
            size="large"
            look="primary"
            isBusy={make.isPending}
            disabled={name === '' || email === ''}
          >
            Make the link
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}
