import type { OutwardEffect } from '@lockstep/domain'

/** An outward effect with the id under which it is performed, each time the same. */
export interface Outgoing {
  /** A uuid that follows from the event and the place of the effect in it. */
  readonly id: string
  readonly project: number
  readonly root: string
  /** The aggregate that asked. */
  readonly source: string
  readonly seq: number
  readonly effect: OutwardEffect
}
