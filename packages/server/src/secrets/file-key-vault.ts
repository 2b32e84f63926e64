// The key of the secrets in a file that only the server reads, made when the first secret is set.

import { randomBytes } from 'node:crypto'
import { open, readFile, rm, stat } from 'node:fs/promises'

import { SecretFault, type SecretPlace, type SecretVault } from '../ports/secret-vault.ts'
import { findRow, type Queryable } from '../postgres/queryable.ts'
import { KEY_BYTES, keyIdOf, openValue, sealValue } from './seal.ts'

export class FileKeyVault implements SecretVault {
  readonly #db: Queryable
  readonly #file: string
  #key: Buffer | undefined

  constructor(db: Queryable, file: string) {
    this.#db = db
    this.#file = file
  }

  /**
   * Refuses a start with a key that others can read, that is damaged, or that is not the one of the secrets that are stored.
   * With `forget` the values of a lost key are given up, and their names stay to be set again.
   */
  async check({ forget }: { readonly forget: boolean }): Promise<void> {
    const wanted = await this.#wantedId()
    const key = await this.#read()
    if (wanted === null || (key !== undefined && keyIdOf(key) === wanted)) return
    if (forget) {
      await this.#db.query(`UPDATE secrets SET ciphertext = ''`)
      await this.#db.query('UPDATE instance SET secret_key_id = NULL')
      return
    }
    const what =
      key === undefined ? `There is no key in ${this.#file}` : `${this.#file} holds another key`
    throw new SecretFault(
      `${what}, and secrets are stored under the key ${wanted}. Put that key there; it is in no backup, and the servers that share a database ` +
        'share it. If it is lost, the values are too: start once with LOCKSTEP_FORGET_SECRETS=yes, and set each secret again.',
    )
  }

  async seal(place: SecretPlace, value: string): Promise<Buffer> {
    return sealValue(await this.#keyToSeal(), place, value)
  }

  async open(place: SecretPlace, sealed: Buffer): Promise<string> {
    if (sealed.length === 0)
      throw new SecretFault(`The value of the secret ${place.name} was lost with its key.`)
    const key = (this.#key ??= await this.#read())
    if (key === undefined) throw new SecretFault(`This server has no key in ${this.#file}.`)
    return openValue(key, place, sealed)
  }

  async #keyToSeal(): Promise<Buffer> {
    const key = (await this.#read()) ?? (await this.#make())
    const { rowCount } = await this.#db.query(
      'UPDATE instance SET secret_key_id = $1 WHERE secret_key_id IS NULL OR secret_key_id = $1',
      [keyIdOf(key)],
    )
    if (rowCount !== 1) {
      throw new SecretFault(
        `Another server keeps the key of the secrets of this database. Copy its key to ${this.#file}, and try again.`,
      )
    }
    this.#key = key
    return key
  }

  async #wantedId(): Promise<string | null> {
    const row = await findRow<{ id: string | null }>(
      this.#db,
      `SELECT CASE WHEN EXISTS (SELECT FROM secrets WHERE ciphertext <> '') THEN secret_key_id END AS id FROM instance`,
      [],
    )
    return row?.id ?? null
  }

  /** The key as base64 with a line end; undefined when there is no file. */
  async #read(): Promise<Buffer | undefined> {
    const about = await stat(this.#file).catch(unlessMissing)
    if (about === undefined) return undefined
    if ((about.mode & 0o077) !== 0) {
      throw new SecretFault(
        `Others than the server may read ${this.#file}, the key of the secrets. Take it from them:  chmod 600 ${this.#file}`,
      )
    }
    const key = Buffer.from(await readFile(this.#file, 'utf8'), 'base64')
    if (key.length === KEY_BYTES) return key
    throw new SecretFault(
      `${this.#file} is not a key of ${KEY_BYTES} bytes in base64: it is damaged or cut off. Put the right one there.`,
    )
  }

  async #make(): Promise<Buffer> {
    const row = await findRow<{ id: string | null }>(
      this.#db,
      'SELECT secret_key_id AS id FROM instance',
      [],
    )
    const key = randomBytes(KEY_BYTES)
    // Another server of this database has made one; its own would be of no use.
    if (row?.id !== null && row?.id !== undefined) return key
    await using file = await open(this.#file, 'wx', 0o600)
    try {
      await file.writeFile(`${key.toString('base64')}\n`)
      await file.sync()
    } catch (cause) {
      await rm(this.#file, { force: true })
      throw cause
    }
    return key
  }
}

function unlessMissing(cause: unknown): undefined {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
  throw cause
}
