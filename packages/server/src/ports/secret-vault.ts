// Sealing the values of secrets, so that what is stored is of no use without the key.

/** What a sealed value is bound to: moved to another row, project, name or version it cannot be opened. */
export interface SecretPlace {
  /** Of the row. */
  readonly id: string
  readonly project: number
  readonly environment: string | null
  readonly name: string
  readonly version: number
}

/** A value cannot be sealed or opened: there is no key, another one, or the bytes were changed. */
export class SecretFault extends Error {
  override readonly name = 'SecretFault'
  readonly code = 'secrets_unavailable'
}

export interface SecretVault {
  /** Throws a `SecretFault` when this server does not hold the key of the others. */
  seal(place: SecretPlace, value: string): Promise<Buffer>
  /** Throws a `SecretFault` when the key or the bytes are not the ones. */
  open(place: SecretPlace, sealed: Buffer): Promise<string>
}
