import type { ReactElement } from 'react'
import { Field } from '../../ui/field.tsx'

/** What is typed: the name that definitions and commands write, and the one that people read. */
export interface TypedNames {
  readonly name: string
  readonly title: string
}

export const NO_NAMES: TypedNames = { name: '', title: '' }

/** As it is sent: without a name to show, it is the same. */
export function namesOf({ name, title }: TypedNames): TypedNames {
  return { name, title: title === '' ? name : title }
}

interface NameFieldsProps {
  readonly label: string
  /** A name as it may be: `qa`. */
  readonly example: string
  readonly typed: TypedNames
  readonly onType: (typed: TypedNames) => void
}

/** The two names of a person or a group. */
export function NameFields({ label, example, typed, onType }: NameFieldsProps): ReactElement {
  return (
    <>
      <Field
        label={label}
        hint={`Small letters, digits and hyphens: ${example}`}
        value={typed.name}
        required
        maxLength={40}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onType({ ...typed, name: event.currentTarget.value })}
      />
      <Field
        label="Name to show"
        hint="Empty: the same"
        value={typed.title}
        maxLength={120}
        autoComplete="off"
        onChange={(event) => onType({ ...typed, title: event.currentTarget.value })}
      />
    </>
  )
}
