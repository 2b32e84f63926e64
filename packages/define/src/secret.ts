import type { KnownName } from './known.ts'
import { placed } from './place.ts'
import { typed, type Secret } from './value.ts'

/** A secret by name, for `env`, `secrets` and credentials. It is not text, so nothing else takes it. */
export function secret(name: KnownName<'secrets'>): Secret {
  return typed(placed({ secret: name }, secret))
}
