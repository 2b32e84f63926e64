import { useCallback, useState } from 'react'

declare const PAGE_BUILD: string | undefined

/** Whether the server has another build of the page than this one. Looked for when a lost connection is back, never by itself. */
export function useNewPage(): { readonly isThere: boolean; readonly look: () => void } {
  const [isThere, setIsThere] = useState(false)
  const look = useCallback(() => {
    void findBuild().then((build) => {
      const own = typeof PAGE_BUILD === 'undefined' ? undefined : PAGE_BUILD
      if (build !== undefined && own !== undefined && build !== own) setIsThere(true)
    })
  }, [])
  return { isThere, look }
}

async function findBuild(): Promise<string | undefined> {
  try {
    const response = await fetch('/build.json')
    const { build }: { build: string } = await response.json()
    return build
  } catch {
    return undefined // Asked again the next time.
  }
}
