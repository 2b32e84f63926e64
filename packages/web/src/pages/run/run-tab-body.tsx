import type { ReactElement } from 'react'
import { RunChanges } from './run-changes-list.tsx'
import { RunContents } from './run-contents.tsx'
import { RunDefinition } from './run-definition.tsx'
import { RunEvidence } from './run-evidence.tsx'
import { RunPath } from './run-path-table.tsx'
import type { RunTab, RunTabProps } from './run-tabs.tsx'

/** What a tab of a run shows. */
export function RunTabBody({ tab, run }: RunTabProps & { readonly tab: RunTab }): ReactElement {
  switch (tab) {
    case 'path':
      return <RunPath run={run} />
    case 'contents':
      return <RunContents run={run} />
    case 'changes':
      return <RunChanges run={run} />
    case 'evidence':
      return <RunEvidence run={run} />
    case 'definition':
      return <RunDefinition run={run} />
  }
}
