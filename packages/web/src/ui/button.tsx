import type { ComponentProps, ReactElement } from 'react'

const LOOKS = {
  /** At most one in a view. */
  primary: 'bg-ink text-on-ink border-ink hover:bg-ink-2 hover:border-ink-2',
  secondary: 'bg-surface text-ink border-line-strong shadow-1 hover:bg-hover',
  quiet: 'text-ink-2 border-transparent hover:bg-hover hover:text-ink',
  /** Begins something drastic; its label ends in "…". */
  danger: 'bg-surface text-fail border-line-strong shadow-1 hover:bg-fail-tint',
  /** Does something drastic; only inside the dialog that asks. */
  destructive: 'bg-fail-solid text-on-ink border-fail-solid hover:bg-fail hover:border-fail',
} as const

const SIZES = {
  small: 'h-6 px-2 text-12 gap-1',
  normal: 'h-7 px-2.5 text-13 gap-1.5 max-drawer:min-h-11',
  large: 'h-9 px-4 text-13 gap-2 max-drawer:h-12.5',
  /** Square, for an icon; give it an `aria-label`. */
  icon: 'size-7 text-13 max-drawer:size-11',
} as const

export interface ButtonLook {
  readonly look?: keyof typeof LOOKS
  readonly size?: keyof typeof SIZES
}

/** The classes of a button, for links that look like one. */
export function buttonClasses({ look = 'secondary', size = 'normal' }: ButtonLook = {}): string {
  return `inline-flex items-center justify-center shrink-0 rounded-2 border font-name whitespace-nowrap select-none transition-colors disabled:opacity-50 disabled:pointer-events-none aria-disabled:opacity-50 ${LOOKS[look]} ${SIZES[size]}`
}

interface ButtonProps extends ComponentProps<'button'>, ButtonLook {
  /** The server is being asked: the button waits, and says so. */
  readonly isBusy?: boolean
}

/** A verb. `isBusy` shows progress until the server has answered; the button then keeps the focus, and does nothing. */
export function Button({
  look,
  size,
  isBusy = false,
  disabled = false,
  className = '',
  onClick,
  children,
  ...rest
}: ButtonProps): ReactElement {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled}
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      // A submitting button is not to send its form once more.
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      className={`${buttonClasses({ ...(look && { look }), ...(size && { size }) })} ${className}`}
    >
      {isBusy && <Spinner />}
      {children}
    </button>
  )
}

function Spinner(): ReactElement {
  return (
    <svg viewBox="0 0 16 16" width="14" height="14" fill="none" aria-hidden className="ls-turn">
      <path d="M8 2a6 6 0 1 1-6 6" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  )
}
