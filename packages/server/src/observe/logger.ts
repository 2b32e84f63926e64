import { pino, type DestinationStream } from 'pino'

/** Writes one JSON line per event. Never given a secret; what could hold one is cut out by name as well. */
export type Logger = Pick<
  ReturnType<typeof pino>,
  'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child'
>

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** A logger to standard error, or to a file. Human lines go to standard output and not through here. */
export function createLogger(settings: {
  readonly level: (typeof LOG_LEVELS)[number]
  readonly file?: string | undefined
}): Logger {
  const destination: DestinationStream = pino.destination(
    settings.file === undefined
      ? { dest: 2, sync: true }
      : { dest: settings.file, mkdir: true, sync: false },
  )
  return pino(
    {
      level: settings.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [
          'password',
          'secret',
          'token',
          'code',
          'authorization',
          'cookie',
          '*.password',
          '*.secret',
          '*.token',
          '*.authorization',
          '*.cookie',
        ],
        censor: '[kept out]',
      },
    },
    destination,
  )
}
