import type { ReactElement } from 'react'
import { Activity } from './activity.tsx'
import { WhatRunsWhere } from './what-runs-where.tsx'

/** What is where, and what happened. */
export function HomeAside(): ReactElement {
  return (
    <>
      <WhatRunsWhere />
      <Activity />
    </>
  )
}
