import { answer, openApi, routes, type apiRoutes } from '@lockstep/contract'
import type { ServerHandlers } from '../request-context.ts'

export function apiHandlers({
  version,
}: {
  readonly version: string
}): ServerHandlers<typeof apiRoutes> {
  const text = new TextEncoder().encode(JSON.stringify(openApi(routes, version)))
  return {
    async describeApi() {
      return answer({ stream: once(text) })
    },
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
