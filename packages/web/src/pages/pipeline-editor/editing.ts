import type { Json, Way } from '../../components/pipeline/pipeline-parts.ts'

/** What can be done to the draft, and what is selected in it. */
export interface Editing {
  readonly select: (way: Way | undefined) => void
  readonly set: (way: Way, value: Json | undefined) => void
  readonly add: (is: 'task' | 'rule' | 'trigger' | 'parameter', list: Way, kind: string) => void
  readonly addStage: () => void
  readonly move: (way: Way, step: 1 | -1) => void
  /** Before what stands at this place now. */
  readonly moveTo: (from: Way, place: Way) => void
  readonly duplicate: (way: Way) => void
  readonly remove: (way: Way) => void
}
