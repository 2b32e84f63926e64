/** What has changed in the rights of people, and how many sessions that ended; nothing of sessions where none did. */
export function presentChanged(sentence: string, endedSessions: number): string {
  if (endedSessions === 0) return `✓ ${sentence}`
  const sessions = endedSessions === 1 ? 'One session' : `${endedSessions} sessions`
  return `✓ ${sentence} ${sessions} ended: whose rights change signs in again.`
}
