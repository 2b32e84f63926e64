import { useMutation } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import type { ReactElement } from 'react'
import { LinkOverPage } from '../../layout/link-over-page.tsx'
import { PlainPage } from '../../layout/plain-page.tsx'
import { api } from '../../lib/api.ts'
import { useBeginSession } from '../../lib/session/begin-session.ts'
import { useLinkOver } from '../../lib/session/link-over.ts'
import { useOneTimeCode } from '../../lib/session/one-time-code.ts'
import { PASSWORD_HINT } from '../../lib/session/password-hint.ts'
import { passwordProblem } from '../../lib/session/password-problem.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Field } from '../../ui/field.tsx'

/** The link of an invitation, or of a password that was reset: the person chooses a password and is signed in. */
export function InvitationPage(): ReactElement {
  const code = useOneTimeCode()
  const over = useLinkOver(code)
  const begin = useBeginSession()
  const form = useForm<{ password: string }>({ defaultValues: { password: '' } })
  const accept = useMutation({
    mutationFn: ({ password }: { readonly password: string }) =>
      api.acceptInvitation({ code: code ?? '', password }),
    onSuccess: () => begin('/'),
  })
  if (code === undefined) {
    return (
      <PlainPage
        title="This link is not complete"
        detail="Open the whole link of the invitation, with everything behind the #. Whoever invited you can make a new one."
      >
        {null}
      </PlainPage>
    )
  }
  if (over !== undefined) return <LinkOverPage why={over} />
  const problem = passwordProblem(accept.error)
  return (
    <PlainPage title="Choose a password" detail="It is asked for each time you sign in.">
      <form
        onSubmit={(event) => void form.handleSubmit((fields) => accept.mutate(fields))(event)}
        className="mt-5 flex flex-col gap-4"
      >
        <Field
          label="Password"
          hint={PASSWORD_HINT}
          type="password"
          autoComplete="new-password"
          autoFocus
          error={form.formState.errors.password?.message ?? problem}
          {...form.register('password', { required: 'Choose a password.' })}
        />
        {problem === undefined && <Failure of={accept.error} />}
        <Button type="submit" look="primary" size="large" isBusy={accept.isPending}>
          Sign in
        </Button>
      </form>
    </PlainPage>
  )
}
