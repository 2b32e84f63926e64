// Reads JSON that means exactly one thing: no duplicate keys, no keys that have a meaning to the language, no text or number that the database would change.

/** Why a text was not taken, in words for whoever sent it. */
export class MalformedJson extends Error {
  override readonly name = 'MalformedJson'
}

const DEPTH_MAX = 64
const VALUES_MAX = 200_000
const DANGEROUS_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

/** The text of a body. What is not UTF-8 would be kept as other characters than were sent: throws `MalformedJson`. */
export function readUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new MalformedJson('The body is not UTF-8 text.')
  }
}

/** The value of a JSON text. Throws `MalformedJson` with the reason. */
export function parseStrictJson(text: string): unknown {
  // Before JSON.parse: it recurses, and a text of brackets only would exhaust the stack.
  checkStructure(text)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new MalformedJson('The body is not valid JSON.')
  }
  checkValues(value)
  return value
}

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPENING_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSING_BRACKET = 0x5d
const OPENING_BRACE = 0x7b
const CLOSING_BRACE = 0x7d

/** Depth and duplicate keys, which are gone after parsing. Texts that are not JSON pass here and fail there. */
function checkStructure(text: string): void {
  const open: (Set<string> | undefined)[] = []
  let lastText = ''
  let values = 0
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfText(text, at)
        if (end === undefined) return
        lastText = text.slice(at, end)
        at = end - 1
        break
      }
      case OPENING_BRACE:
      case OPENING_BRACKET:
        open.push(text.charCodeAt(at) === OPENING_BRACE ? new Set() : undefined)
        if (open.length > DEPTH_MAX)
          throw new MalformedJson(`The body is nested deeper than ${DEPTH_MAX}.`)
        break
      case CLOSING_BRACE:
      case CLOSING_BRACKET:
        open.pop()
        break
      case COMMA:
        values += 1
        if (values > VALUES_MAX)
          throw new MalformedJson(`The body has more than ${VALUES_MAX} values.`)
        break
      case COLON:
        if (lastText !== '') noteKey(open.at(-1), lastText)
        lastText = ''
    }
  }
}

/** Where the text in quotes that begins here is over; undefined when it has no end. */
function endOfText(text: string, start: number): number | undefined {
  for (let end = start + 1; end < text.length; end += 1) {
    const code = text.charCodeAt(end)
    if (code === QUOTE) return end + 1
    if (code === BACKSLASH) end += 1
  }
  return undefined
}

/** `quoted`: the text before the colon, as it was sent. */
function noteKey(keys: Set<string> | undefined, quoted: string): void {
  if (keys === undefined) return
  const key = quoted.includes('\\') ? decoded(quoted) : quoted.slice(1, -1)
  if (keys.has(key))
    throw new MalformedJson(`The key ${JSON.stringify(key)} stands twice in one object.`)
  keys.add(key)
}

function decoded(quoted: string): string {
  try {
    return String(JSON.parse(quoted))
  } catch {
    throw new MalformedJson('The body is not valid JSON.')
  }
}

function checkValues(root: unknown): void {
  const waiting: unknown[] = [root]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (typeof value === 'string') checkText(value)
    else if (typeof value === 'number') checkNumber(value)
    else if (typeof value === 'object' && value !== null) {
      if (!Array.isArray(value)) for (const key of Object.keys(value)) checkKey(key)
      waiting.push(...Object.values(value))
    }
  }
}

/** Text that PostgreSQL keeps as it is: no NUL, no half of a surrogate pair. */
export function checkText(text: string): void {
  if (text.includes('\0'))
    throw new MalformedJson('A text contains the character U+0000, which is not kept anywhere.')
  if (!text.isWellFormed())
    throw new MalformedJson('A text contains half of a surrogate pair, which is not a character.')
}

function checkKey(key: string): void {
  checkText(key)
  if (DANGEROUS_KEYS.has(key))
    throw new MalformedJson(`The key ${JSON.stringify(key)} is not taken anywhere.`)
}

function checkNumber(value: number): void {
  const isExact =
    Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
  if (!isExact || Object.is(value, -0))
    throw new MalformedJson('A number is too large to be kept exactly, or is a negative zero.')
}
