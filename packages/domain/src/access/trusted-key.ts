// What is taken for a key by which artifacts are signed. The command line asks before it sends anything, the server once more.

/** Said of what is a public key in PEM, and of another kind or broken, too. */
export const NO_TRUSTED_KEY = 'This is no Ed25519 public key in PEM.'

/**
 * Why a text is no public key in PEM. Judged by what it begins with, so that a private key in another form, with no word that
 * gives it away, is refused too.
 */
export function refuseTrustedKey(text: string): string | undefined {
  if (text.includes('PRIVATE KEY')) {
    return 'This is a private key. It stays with whoever signs; send its public half: openssl pkey -pubout'
  }
  return /^-----BEGIN (?:PUBLIC KEY|CERTIFICATE)-----/m.test(text) ? undefined : NO_TRUSTED_KEY
}
