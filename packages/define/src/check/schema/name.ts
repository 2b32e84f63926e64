/** Lower-case words with hyphens. */
export const NAME_PATTERN = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/

/** The same, with dots: releases carry a version in their name. */
export const RELEASE_NAME_PATTERN = /^[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*$/

/** The address of a task, step or rule in its list. */
export { addressOf } from '@lockstep/domain'

/** The title of what has none: its name in words. `data-backend` → `Data backend`. */
export function titleOf(name: string): string {
  const words = name.split('-').join(' ')
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}
