import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { Select } from '../../ui/select.tsx'

const here = getRouteApi('/shell/apps/$app/processes/$process')

interface RevisionChoiceProps {
  readonly newest: number
  /** 0: there is none before. */
  readonly from: number
  readonly to: number
}

/** Which two revisions of the application are compared. */
export function RevisionChoice({ newest, from, to }: RevisionChoiceProps): ReactElement {
  const navigate = here.useNavigate()
  const options = Array.from({ length: newest }, (_, at) => String(newest - at)).map((value) => ({
    value,
    label: `revision ${value}`,
  }))
  const go = (next: { readonly against: number; readonly revision: number }): void =>
    void navigate({
      search: ({ step }) => ({ view: 'compare', ...next, ...(step !== undefined && { step }) }),
      replace: true,
      resetScroll: false,
    })
  return (
    <span className="flex items-center gap-2">
      <Select
        label="From"
        isLabelHidden
        value={String(from)}
        options={from < 1 ? [{ value: '0', label: 'nothing' }, ...options] : options}
        onChange={(value) => go({ against: Number(value), revision: to })}
      />
      <span aria-hidden>→</span>
      <Select
        label="To"
        isLabelHidden
        value={String(to)}
        options={options}
        onChange={(value) => go({ against: from, revision: Number(value) })}
      />
    </span>
  )
}
