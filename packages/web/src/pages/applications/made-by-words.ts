/** `data-backend #12` of the address of a run. */
export function madeByWords(run: string): string {
  const [, name, number] = run.split('/')
  return name === undefined || number === undefined ? run : `${name} #${number}`
}
