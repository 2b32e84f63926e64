import type { ReactElement } from 'react'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'

/** Instead of what belongs to a project, while there is none, or none that I may see. */
export function NoProject(): ReactElement {
  return (
    <Card>
      <Empty title="There is no project yet">
        Applications, pipelines and releases belong to a project. Whoever makes it gives rights in
        it: <code>lockstep project create</code>
      </Empty>
    </Card>
  )
}
