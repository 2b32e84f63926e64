// The text of an API token: `lsk_<usr|svc>_<id>_<secret>_<check>`. Scanners find it by its form, and a typing error is seen without asking the database.

import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { parseId, type TokenId } from '@lockstep/domain'

export type TokenType = 'usr' | 'svc'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const SECRET_LENGTH = 43 // 256 bits
const FORM = /^lsk_(usr|svc)_([0-7][0-9A-HJKMNP-TV-Z]{25})_([0-9A-Za-z]{43})_([0-9a-f]{8})$/

/** A new secret for a token with this id. */
export function makeTokenText(type: TokenType, id: TokenId): string {
  const body = `lsk_${type}_${id.slice('tok_'.length)}_${base62(randomBytes(32))}`
  return `${body}_${check(body)}`
}

/** The parts of a well-formed token; undefined for anything else. Whether it is valid, only the store knows. */
export function parseTokenText(
  text: string,
): { readonly type: TokenType; readonly id: TokenId } | undefined {
  const match = FORM.exec(text)
  const id = match && parseId('tok', `tok_${match[2] ?? ''}`)
  if (match === null || id === undefined || id === null) return undefined
  const body = text.slice(0, text.lastIndexOf('_'))
  if (check(body) !== match[4]) return undefined
  return { type: match[1] === 'svc' ? 'svc' : 'usr', id }
}

function check(body: string): string {
  return crc32(body).toString(16).padStart(8, '0')
}

function base62(bytes: Buffer): string {
  let value = BigInt(`0x${bytes.toString('hex')}`)
  let text = ''
  while (text.length < SECRET_LENGTH) {
    text = BASE62.charAt(Number(value % 62n)) + text
    value /= 62n
  }
  return text
}
