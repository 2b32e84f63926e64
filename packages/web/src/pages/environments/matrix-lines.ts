// The rows of the matrix in the order in which they stand below each other.

import type { InventoryMatrix, MatrixApplication } from './inventory-matrix.ts'

export interface MatrixLine {
  readonly application: MatrixApplication
  /** null: the row of the application itself. */
  readonly component: MatrixApplication['components'][number] | null
  readonly isOpen: boolean
  /** The last of its application, unless the table ends there. */
  readonly isFoot: boolean
}

/** Every application, and below those that are open their components. */
export function listLines(
  { applications }: Pick<InventoryMatrix, 'applications'>,
  isOpen: (application: string) => boolean,
): readonly MatrixLine[] {
  return applications.flatMap((application, at) => {
    const isLast = at === applications.length - 1
    const open = isOpen(application.application)
    const components = open ? application.components : []
    return [
      { application, component: null, isOpen: open, isFoot: components.length === 0 && !isLast },
      ...components.map((component, index) => ({
        application,
        component,
        isOpen: open,
        isFoot: index === components.length - 1 && !isLast,
      })),
    ]
  })
}
