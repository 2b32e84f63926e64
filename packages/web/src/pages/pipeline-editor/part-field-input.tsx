import { useState, type ReactElement } from 'react'
import type { PartField } from '../../components/pipeline/part-fields.ts'
import { isFields, type Json } from '../../components/pipeline/pipeline-parts.ts'
import { Field, TextArea } from '../../ui/field.tsx'
import { fieldText, readField } from './field-text.ts'

interface PartFieldInputProps {
  readonly field: PartField
  readonly value: Json | undefined
  /** What the server says about it. */
  readonly problem: string | undefined
  /** What may be chosen, of fields that name something. */
  readonly known: readonly string[] | undefined
  readonly onChange: (value: Json | undefined) => void
}

const LONG: readonly unknown[] = [
  'text',
  'arguments',
  'lines',
  'pairs',
  'approvers',
  'groups',
  'condition',
]

/** One field of a part. What cannot be read yet stays as it was typed, and says why. */
export function PartFieldInput(props: PartFieldInputProps): ReactElement {
  const { field, value, problem, known, onChange } = props
  const { form, label, hint } = field
  const [typed, setTyped] = useState<{ readonly text: string; readonly of: string } | null>(null)
  const now = JSON.stringify(value ?? null)
  // What was typed counts as long as the draft says the same: undoing shows what the draft says.
  const text = typed !== null && typed.of === now ? typed.text : fieldText(form, value)
  const read = readField(form, text)
  const error = read.ok ? problem : read.why
  const write = (next: string): void => {
    const meant = readField(form, next)
    const becomes = meant.ok ? meant.value : value
    setTyped({ text: next, of: JSON.stringify(becomes ?? null) })
    if (meant.ok) onChange(meant.value)
  }
  if (form === 'flag') {
    return (
      <label className="flex min-h-7 items-center gap-2 max-drawer:min-h-11">
        <input
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked ? true : undefined)}
          className="size-4 accent-ink"
        />
        {label}
      </label>
    )
  }
  const options = typeof form === 'object' ? form.oneOf : known
  if (options !== undefined && !(isFields(value) && 'parameter' in value)) {
    return (
      <Choice
        label={label}
        value={text}
        options={options}
        isNeeded={field.isNeeded === true}
        problem={error}
        onChange={write}
      />
    )
  }
  const shared = {
    label,
    value: text,
    ...(hint === undefined ? {} : { hint }),
    ...(error === undefined ? {} : { error }),
  }
  return LONG.includes(form) ? (
    <TextArea
      {...shared}
      rows={Math.min(8, Math.max(form === 'condition' ? 2 : 3, text.split('\n').length))}
      className={form === 'text' ? '' : 'font-mono'}
      onChange={(event) => write(event.currentTarget.value)}
    />
  ) : (
    <Field {...shared} onChange={(event) => write(event.currentTarget.value)} />
  )
}

function Choice({
  label,
  value,
  options,
  isNeeded,
  problem,
  onChange,
}: {
  readonly label: string
  readonly value: string
  readonly options: readonly string[]
  readonly isNeeded: boolean
  readonly problem: string | undefined
  readonly onChange: (value: string) => void
}): ReactElement {
  const all = value === '' || options.includes(value) ? options : [value, ...options]
  return (
    <label className="flex flex-col gap-1">
      <span className="text-12 font-name text-ink-2">{label}</span>
      <select
        value={value}
        aria-invalid={problem !== undefined}
        onChange={(event) => onChange(event.currentTarget.value)}
        className="h-9 w-full rounded-2 border border-line-strong bg-surface px-2 text-13 text-ink hover:border-ink-4 aria-[invalid=true]:border-fail-solid"
      >
        <option value="">{isNeeded ? 'choose one' : 'not set'}</option>
        {all.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
      {problem !== undefined && <span className="text-12 text-fail">{problem}</span>}
    </label>
  )
}
