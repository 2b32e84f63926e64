// Files that somebody names on the command line.

import { Refusal, UsageRefusal } from './failure.ts'

/** What a person can see and change of a file that they named. */
const FILE_FAULTS: Readonly<Record<string, (file: string) => string>> = {
  ENOENT: (file) => `there is no file ${file}.`,
  ENOTDIR: (file) => `there is no file ${file}.`,
  EISDIR: (file) => `${file} is a folder, not a file.`,
  EACCES: (file) => `${file} is there, and you may not read it.`,
}

/** Codes of faults that a person can see and change: no such file, not theirs, a folder in its place. */
export const FILE_CODES = Object.keys(FILE_FAULTS)

/** Reads a file as it was typed; one that cannot be read is refused with what is wrong with it. */
export async function readNamedFile<Content>(
  file: string,
  read: () => Promise<Content>,
): Promise<Content> {
  if (file === '') throw new UsageRefusal('An empty name is given where a file belongs.')
  try {
    return await read()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const sentence = FILE_FAULTS[code]
    throw sentence === undefined ? error : new Refusal(sentence(file))
  }
}
