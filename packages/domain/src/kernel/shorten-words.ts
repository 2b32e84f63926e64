/** Longer than any word that a sentence needs: a digest with its algorithm has 71 characters. */
const WORD_MAX = 200
const KEPT = 100
const LONG = new RegExp(`\\S{${WORD_MAX + 1},}`, 'gu')

/**
 * A sentence of what somebody sent, in which no word is longer than people read: of a long one the beginning stands there, by
 * which it is known again, and how long it is. What closes it, such as a quotation mark and a full stop, stays.
 */
export function shortenWords(sentence: string): string {
  return sentence.replaceAll(LONG, (word) => {
    const letters = Array.from(word)
    const end = /["'.,;:)]{0,3}$/.exec(word)?.[0] ?? ''
    return `${letters.slice(0, KEPT).join('')}…${end} (of ${letters.length} characters)`
  })
}
