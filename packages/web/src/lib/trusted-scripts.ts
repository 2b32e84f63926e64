// The policy of the server lets a script be started only by an address that was looked at. This looks at them.

interface TrustedTypesFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown
}

/** Allows scripts and workers of this server and nothing else; markup and code made of text stay forbidden. */
export function guardScriptAddresses(): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- not in the types of the DOM yet
  const factory = (globalThis as { trustedTypes?: TrustedTypesFactory }).trustedTypes
  factory?.createPolicy('default', {
    createScriptURL(url) {
      if (new URL(url, location.href).origin !== location.origin) {
        throw new TypeError(`A script from elsewhere is refused: ${url}`)
      }
      return url
    },
  })
}
