import { useId, type ReactElement } from 'react'

interface SelectProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly onChange: (value: Value) => void
  /** The label is for people who do not see the place of the field. */
  readonly isLabelHidden?: boolean
  /** As high as the fields of a form, not as the buttons of a page. */
  readonly isTall?: boolean
  readonly className?: string
}

/** A choice out of many, as the system draws it. */
export function Select<Value extends string>({
  label,
  value,
  options,
  onChange,
  isLabelHidden = false,
  isTall = false,
  className = '',
}: SelectProps<Value>): ReactElement {
  const id = useId()
  const height = isTall ? 'h-9 max-drawer:h-12.5' : 'h-7 max-drawer:h-11'
  return (
    <span className={`flex flex-col gap-1 ${className}`}>
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'text-12 font-name text-ink-2'}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = options.find((option) => option.value === currentTarget.value)
          if (chosen !== undefined) onChange(chosen.value)
        }}
        className={`w-full rounded-2 border border-line-strong bg-surface px-2 text-13 text-ink hover:border-ink-4 max-drawer:text-16 ${height}`}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </span>
  )
}
