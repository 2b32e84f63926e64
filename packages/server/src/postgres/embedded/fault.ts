/** What can keep an embedded database from starting, or a backup from being made or brought back. */
export type EmbeddedPostgresFaultCode =
  | 'embedded_database_in_use'
  | 'embedded_database_unsupported'
  | 'embedded_database_unreachable'
  | 'embedded_database_version'
  | 'embedded_database_not_started'
  | 'backup_not_possible'
  | 'backup_damaged'
  | 'restore_target_not_empty'

/** A fault of the embedded database. The message names the folder or program and the way out. */
export class EmbeddedPostgresFault extends Error {
  readonly code: EmbeddedPostgresFaultCode
  readonly retryable = false

  constructor(code: EmbeddedPostgresFaultCode, message: string, options: { cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'EmbeddedPostgresFault'
    this.code = code
  }
}
