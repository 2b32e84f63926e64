// What an archive may contain. Judged entry by entry, before a byte of the entry is written.

/** The head of one entry, as the archive says it. */
export interface ArchiveEntry {
  readonly name: string
  readonly type: string
  readonly sizeBytes: number
  readonly linkTarget: string | null
}

export type Verdict =
  | { readonly ok: true; readonly kind: 'file' | 'folder'; readonly path: string }
  | { readonly ok: true; readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly ok: false; readonly reason: string }

export const ENTRIES_MAX = 200_000
export const UNPACKED_BYTES_MAX = 10 * 1024 ** 3
/** An archive may grow to so many times its own size, beyond a size that harms nobody. */
export const GROWTH_MAX = 200
export const HARMLESS_BYTES = 64 * 1024 ** 2
const PATH_BYTES_MAX = 1_000
const NAME_BYTES_MAX = 255
const DEPTH_MAX = 64

/**
 * Judges the entries of one archive in order: plain files, folders, and links that stay inside. Anything else, and
 * anything twice, refuses the archive.
 */
export class ArchivePolicy {
  readonly #bytesMax: number
  readonly #kinds = new Map<string, 'file' | 'folder' | 'link'>()
  readonly #folded = new Map<string, string>()
  #count = 0
  #bytes = 0

  constructor(archiveBytes: number) {
    this.#bytesMax = Math.min(UNPACKED_BYTES_MAX, HARMLESS_BYTES + GROWTH_MAX * archiveBytes)
  }

  judge(entry: ArchiveEntry): Verdict {
    this.#count += 1
    if (this.#count > ENTRIES_MAX) return refuse(`it has more than ${ENTRIES_MAX} entries`)
    const parts = parsePath(entry.name)
    if (typeof parts === 'string') return refuse(`${JSON.stringify(entry.name)} ${parts}`)
    const path = parts.join('/')
    // "./" at the top is what tar writes for the folder itself.
    if (path === '') {
      return entry.type === 'directory'
        ? { ok: true, kind: 'folder', path }
        : refuse('an entry has no name')
    }
    return this.#judgeAt(path, parts, entry)
  }

  #judgeAt(path: string, parts: readonly string[], entry: ArchiveEntry): Verdict {
    const kind = kindOf(entry.type)
    if (kind === undefined) {
      return refuse(
        `${path} is a ${entry.type}; only files, folders and symbolic links are unpacked`,
      )
    }
    const blocked = this.#findBlocked(parts)
    if (blocked !== undefined) return refuse(`${path} lies below ${blocked}, which is no folder`)
    const before = this.#kinds.get(path)
    if (before !== undefined && !(before === 'folder' && kind === 'folder')) {
      return refuse(`${path} is in it twice`)
    }
    const other = this.#folded.get(fold(path))
    if (other !== undefined && other !== path) {
      return refuse(`${path} and ${other} are one name on some systems`)
    }
    const grown = this.#grow(entry.sizeBytes, kind)
    if (grown !== undefined) return refuse(grown)
    this.#remember(parts, kind)
    if (kind !== 'link') return { ok: true, kind, path }
    return judgeLink(path, parts, entry.linkTarget ?? '')
  }

  #grow(sizeBytes: number, kind: string): string | undefined {
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) return 'an entry has an impossible size'
    if (kind === 'file') this.#bytes += sizeBytes
    return this.#bytes > this.#bytesMax
      ? `it would grow to more than ${this.#bytesMax} bytes`
      : undefined
  }

  /** The first part of the way to an entry that is not a folder: never write through a link or a file. */
  #findBlocked(parts: readonly string[]): string | undefined {
    for (let depth = 1; depth < parts.length; depth += 1) {
      const above = parts.slice(0, depth).join('/')
      const kind = this.#kinds.get(above)
      if (kind !== undefined && kind !== 'folder') return above
    }
    return undefined
  }

  #remember(parts: readonly string[], kind: 'file' | 'folder' | 'link'): void {
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const path = parts.slice(0, depth).join('/')
      this.#kinds.set(path, depth === parts.length ? kind : 'folder')
      this.#folded.set(fold(path), path)
    }
  }
}

function refuse(reason: string): Verdict {
  return { ok: false, reason }
}

function kindOf(type: string): 'file' | 'folder' | 'link' | undefined {
  if (type === 'file') return 'file'
  if (type === 'directory') return 'folder'
  return type === 'symlink' ? 'link' : undefined
}

/** The parts of the path, or what is wrong with it. */
function parsePath(name: string): readonly string[] | string {
  if (Buffer.byteLength(name) > PATH_BYTES_MAX) return 'is too long'
  // U+FFFD is what becomes of bytes that are not UTF-8.
  if (/[\p{Cc}\\\uFFFD\u202A-\u202E\u2066-\u2069]/u.test(name))
    return 'has letters that no file name needs'
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'is an absolute path'
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) return 'leads out of the folder'
  if (parts.length > DEPTH_MAX) return 'is too deep'
  return parts.some((part) => Buffer.byteLength(part) > NAME_BYTES_MAX)
    ? 'has a name that is too long'
    : parts
}

/**
 * A link may lead only downwards from a folder of its own path: steps up come first, so that they cannot be taken from
 * behind another link.
 */
function judgeLink(path: string, parts: readonly string[], target: string): Verdict {
  const steps = target.split('/').filter((step) => step !== '' && step !== '.')
  const ups = steps.findIndex((step) => step !== '..')
  const upCount = ups < 0 ? steps.length : ups
  const isInside =
    target !== '' &&
    !target.startsWith('/') &&
    !/[\p{Cc}\\\uFFFD]/u.test(target) &&
    Buffer.byteLength(target) <= PATH_BYTES_MAX &&
    upCount < parts.length &&
    !steps.slice(upCount).includes('..')
  if (isInside) return { ok: true, kind: 'link', path, target }
  return refuse(`the link ${path} leads to ${JSON.stringify(target)}, which is not inside`)
}

function fold(path: string): string {
  return path.normalize('NFC').toLowerCase()
}
