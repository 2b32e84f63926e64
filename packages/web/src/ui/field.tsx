import { Field as BaseField } from '@base-ui/react/field'
import type { ComponentProps, ReactElement, ReactNode } from 'react'

interface FieldProps extends ComponentProps<'input'> {
  readonly label: string
  /** What to write, or what it is for. */
  readonly hint?: ReactNode
  /** What is wrong with it now. */
  readonly error?: string | undefined
}

const BOX =
  'w-full rounded-2 border border-line-strong bg-surface px-2.5 text-13 text-ink hover:border-ink-4 disabled:bg-sunken disabled:text-ink-3 data-invalid:border-fail-solid'

/** A labelled line of text. Passes everything else on to the input. */
export function Field({ label, hint, error, className = '', ...input }: FieldProps): ReactElement {
  return (
    <Surrounded label={label} hint={hint} error={error} className={className}>
      <BaseField.Control {...input} className={`${BOX} h-9 max-drawer:h-12.5 max-drawer:text-16`} />
    </Surrounded>
  )
}

/** As long as the server takes a comment or a reason. */
const COMMENT_MAX = 2_000

interface TextAreaProps extends ComponentProps<'textarea'> {
  readonly label: string
  readonly hint?: ReactNode
  readonly error?: string | undefined
}

/** A labelled text of several lines: a comment or a reason. */
export function TextArea({
  label,
  hint,
  error,
  className = '',
  ...area
}: TextAreaProps): ReactElement {
  return (
    <Surrounded label={label} hint={hint} error={error} className={className}>
      <BaseField.Control
        render={<textarea rows={3} maxLength={COMMENT_MAX} {...area} />}
        className={`${BOX} resize-y py-2 max-drawer:text-16`}
      />
    </Surrounded>
  )
}

function Surrounded({
  label,
  hint,
  error,
  className,
  children,
}: {
  readonly label: string
  readonly hint: ReactNode
  readonly error: string | undefined
  readonly className: string
  readonly children: ReactNode
}): ReactElement {
  return (
    <BaseField.Root invalid={error !== undefined} className={`flex flex-col gap-1 ${className}`}>
      <BaseField.Label className="text-12 font-name text-ink-2">{label}</BaseField.Label>
      {children}
      {hint !== undefined && (
        <BaseField.Description className="text-12 text-ink-3">{hint}</BaseField.Description>
      )}
      <BaseField.Error match={error !== undefined} className="text-12 text-fail">
        {error}
      </BaseField.Error>
    </BaseField.Root>
  )
}
