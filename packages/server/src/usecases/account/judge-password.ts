// Which new passwords are too easy to guess. Length counts, composition does not.

import { PASSWORD_LENGTH_MIN } from '@lockstep/domain'
import { COMMON_WORDS } from './common-words.ts'

const PASSWORD_LENGTH_MAX = 128

/**
 * Why a new password is not taken, as a sentence; undefined when it is. Looks through the usual disguises
 * (capitals, digits for letters, digits and signs around) at common passwords, keyboard runs, repetitions and the person's own names.
 */
export function judgePassword(password: string, own: readonly string[]): string | undefined {
  const length = Array.from(password).length
  if (length < PASSWORD_LENGTH_MIN) {
    return `A password has at least ${PASSWORD_LENGTH_MIN} characters; this one has ${length}. Long is better than odd.`
  }
  if (length > PASSWORD_LENGTH_MAX)
    return `A password has at most ${PASSWORD_LENGTH_MAX} characters.`
  const plain = undisguised(password)
  const left = withoutGuessable(plain, [...own.flatMap(partsOf), 'lockstep'])
  if (left.length >= 6 && new Set(left).size >= 4) return undefined
  return 'This password is made of common words, names or runs that are tried first. Several words that do not belong together are better.'
}

/** Lower case, with letters for the digits and signs that usually stand for them. */
function undisguised(password: string): string {
  const letters: Readonly<Record<string, string>> = {
    '0': 'o',
    '1': 'i',
    '3': 'e',
    '4': 'a',
    '5': 's',
    '7': 't',
    '@': 'a',
    $: 's',
    '!': 'i',
  }
  return Array.from(password.normalize('NFKC').toLowerCase(), (sign) => letters[sign] ?? sign).join(
    '',
  )
}

/** What remains when everything is taken out that a guesser tries first. */
function withoutGuessable(plain: string, own: readonly string[]): string {
  let left = plain
  for (const word of [...own.map(undisguised), ...COMMON_WORDS, ...RUNS])
    left = left.replaceAll(word, '')
  return left.replaceAll(/(.+?)\1{2,}/gu, '$1').replaceAll(/[^\p{L}]/gu, '')
}

function partsOf(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part.length >= 3)
}

/** Four neighbours on the keyboard or in the alphabet, as they read without disguise; forwards and backwards. */
const RUNS: readonly string[] = [
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'yxcvbnm',
  '01234567890',
  'qazwsxedcrfvtgb',
]
  .flatMap((row) => [row, Array.from(row).toReversed().join('')])
  .flatMap((row) =>
    Array.from({ length: row.length - 3 }, (_, at) => undisguised(row.slice(at, at + 4))),
  )
