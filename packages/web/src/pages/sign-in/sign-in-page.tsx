import { useMutation } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Refused } from '@lockstep/client'
import type { FormEvent, ReactElement } from 'react'
import { PlainPage } from '../../layout/plain-page.tsx'
import { api } from '../../lib/api.ts'
import { useBeginSession } from '../../lib/session/begin-session.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Field } from '../../ui/field.tsx'

const route = getRouteApi('/sign-in')

export function SignInPage(): ReactElement {
  const { to } = route.useSearch()
  const begin = useBeginSession()
  const signIn = useMutation({
    mutationFn: (input: { readonly name: string; readonly password: string }) => api.signIn(input),
    onSuccess: () => begin(to),
  })
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    signIn.mutate({ name: text(fields, 'name'), password: text(fields, 'password') })
  }
  if (signIn.error instanceof Refused && signIn.error.code === 'not_set_up') return <NotSetUp />
  return (
    <PlainPage title="Sign in">
      <form onSubmit={submit} className="mt-5 flex flex-col gap-4">
        <Field label="Name or e-mail" name="name" autoComplete="username" required autoFocus />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <Failure of={signIn.error} />
        <Button type="submit" look="primary" size="large" isBusy={signIn.isPending}>
          Sign in
        </Button>
      </form>
    </PlainPage>
  )
}

/** Before there is anybody: the link for the first administrator is where the server was started. */
export function NotSetUp(): ReactElement {
  return (
    <PlainPage
      title="Nobody can sign in yet"
      detail="Whoever started the server makes the first administrator, with the one-time link that it printed. The link works for an hour; starting the server again prints a new one."
    >
      <p className="mt-4 text-12 text-ink-3">
        In the terminal it begins with <code>{location.origin}/setup#</code>
      </p>
    </PlainPage>
  )
}

function text(fields: FormData, name: string): string {
  const value = fields.get(name)
  return typeof value === 'string' ? value : ''
}
