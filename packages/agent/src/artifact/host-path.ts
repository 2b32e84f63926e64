// Places on the host: given from its root, never outside of it.
import { mkdirSync, realpathSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/** A place that a step names is not one where this agent may write. */
export class PlaceRefused extends Error {
  override readonly name = 'PlaceRefused'
}

/** The path of `into` below the root of the host. */
export function resolveInto(hostRoot: string, into: string): string {
  const path = join(hostRoot, into)
  if (into.split('/').includes('..') || path === join(hostRoot, '/') || path.endsWith('/')) {
    throw new PlaceRefused(`${JSON.stringify(into)} is not a place below the root of the host.`)
  }
  return path
}

/** Makes the folder above a place, and refuses when a link on the way leads out of the root. */
export function ensureFolderAbove(hostRoot: string, path: string): string {
  const folder = dirname(path)
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const root = realpathSync(hostRoot)
  const real = realpathSync(folder)
  const way = relative(root, real)
  if (way === '..' || way.startsWith(`..${sep}`)) {
    throw new PlaceRefused(`${path} is refused: a link on the way leads out of ${hostRoot}.`)
  }
  return folder
}
