import { ChevronDown } from 'lucide-react'
import { useId, type ReactElement, type ReactNode } from 'react'

interface SelectProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly onChange: (value: Value) => void
  /** The label is for people who do not see the place of the field. */
  readonly isLabelHidden?: boolean
  /** As high as the fields of a form, not as the buttons of a page. */
  readonly isTall?: boolean
  /** What the choice means. */
  readonly hint?: ReactNode
  readonly className?: string
}

/** A choice out of many; the list is the one of the system. */
export function Select<Value extends string>({
  label,
  value,
  options,
  onChange,
  isLabelHidden = false,
  isTall = false,
  hint,
  className = '',
}: SelectProps<Value>): ReactElement {
  const id = useId()
  const hintId = useId()
  const height = isTall ? 'h-9 max-drawer:h-12.5' : 'h-7 max-drawer:h-11'
  return (
    <span className={`flex flex-col gap-1 ${className}`}>
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'text-12 font-name text-ink-2'}>
        {label}
      </label>
      <span className="relative flex">
        <select
          id={id}
          value={value}
          {...(hint !== undefined && { 'aria-describedby': hintId })}
          onChange={({ currentTarget }) => {
            const chosen = options.find((option) => option.value === currentTarget.value)
            if (chosen !== undefined) onChange(chosen.value)
          }}
          className={`w-full appearance-none truncate rounded-2 border border-line-strong bg-surface pr-7 pl-2.5 text-13 text-ink hover:border-ink-4 max-drawer:text-16 ${height}`}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <ChevronDown
          size={14}
          aria-hidden
          className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 text-ink-3"
        />
      </span>
      {hint !== undefined && (
        <span id={hintId} className="text-12 text-ink-3 first-letter:uppercase">
          {hint}
        </span>
      )}
    </span>
  )
}
