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

interface Fields {
  readonly name: string
  readonly email: string
  readonly password: string
}

/** The one-time link of the first start makes the first administrator. */
export function SetUpPage(): ReactElement {
  const code = useOneTimeCode()
  const over = useLinkOver(code)
  const begin = useBeginSession()
  const form = useForm<Fields>({ defaultValues: { name: '', email: '', password: '' } })
  const setUp = useMutation({
    mutationFn: (fields: Fields) => api.setUp({ code: code ?? '', ...fields }),
    onSuccess: () => begin('/'),
  })
  const { errors } = form.formState
  if (code === undefined) {
    return (
      <PlainPage
        title="This link is not complete"
        detail="Open the whole link that the server printed when it started, with everything behind the #."
      >
        {null}
      </PlainPage>
    )
  }
  if (over !== undefined) return <LinkOverPage why={over} />
  return (
    <PlainPage
      title="First administrator"
      detail="This makes the first person who can sign in. It works once."
    >
      <form
        onSubmit={(event) => void form.handleSubmit((fields) => setUp.mutate(fields))(event)}
        className="mt-5 flex flex-col gap-4"
      >
        <Field
          label="Name"
          hint="Lower-case letters, digits and hyphens: release-manager"
          autoComplete="username"
          autoFocus
          error={errors.name?.message}
          {...form.register('name', {
            pattern: {
              value: /^[a-z0-9]+(-[a-z0-9]+)*$/,
              message: 'Lower-case letters, digits and hyphens between them.',
            },
            required: 'Choose a name to sign in with.',
          })}
        />
        <Field
          label="E-mail"
          type="email"
          autoComplete="email"
          error={errors.email?.message}
          {...form.register('email', { required: 'Gates that wait write to this address.' })}
        />
        <Field
          label="Password"
          hint={PASSWORD_HINT}
          type="password"
          autoComplete="new-password"
          error={errors.password?.message ?? passwordProblem(setUp.error)}
          {...form.register('password', { required: 'Choose a password.' })}
        />
        {passwordProblem(setUp.error) === undefined && <Failure of={setUp.error} />}
        <Button type="submit" look="primary" size="large" isBusy={setUp.isPending}>
          Make the administrator
        </Button>
      </form>
    </PlainPage>
  )
}
