const WINDOW_MS = 60_000

/**
 * What came in during the last minute: accepted, refused (the sender's mistake), failed (ours), and the
 * share of refused and failed in percent, which is null while nothing came.
 */
export function createFigures(now = Date.now) {
  let seen = []
  const recent = () => (seen = seen.filter(({ at }) => at > now() - WINDOW_MS))
  return {
    count(outcome) {
      recent().push({ at: now(), outcome })
    },
    read() {
      const count = (wanted) => recent().filter(({ outcome }) => outcome === wanted).length
      const accepted = count('accepted')
      const refused = count('refused')
      const failed = count('failed')
      const all = accepted + refused + failed
      const errorPercent = all === 0 ? null : (100 * (refused + failed)) / all
      return { accepted, refused, failed, errorPercent }
    },
  }
}
