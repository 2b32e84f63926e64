import type { ReactElement } from 'react'

/** Three lanes that meet at a gate. */
export function Mark({ size = 20 }: { readonly size?: number }): ReactElement {
  return (
    <svg
      viewBox="0 0 20 20"
      width={size}
      height={size}
      fill="none"
      aria-hidden
      strokeWidth="2"
      strokeLinecap="round"
      stroke="currentColor"
    >
      <path d="M2 4h3.5c3 0 3.5 6 6.5 6M2 10h9M2 16h3.5c3 0 3.5-6 6.5-6" />
      <rect
        x="13"
        y="7.4"
        width="5.2"
        height="5.2"
        rx="1"
        transform="rotate(45 15.6 10)"
        fill="currentColor"
        stroke="none"
      />
    </svg>
  )
}
