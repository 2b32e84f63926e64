import { createContext, useContext } from 'react'

/** What the frame offers to the top bar of a screen. */
export interface Frame {
  readonly openDrawer: () => void
  /** The server has a newer interface than this one. */
  readonly hasNewPage: boolean
}

export const FrameContext = createContext<Frame>({ openDrawer: () => undefined, hasNewPage: false })

export function useFrame(): Frame {
  return useContext(FrameContext)
}
