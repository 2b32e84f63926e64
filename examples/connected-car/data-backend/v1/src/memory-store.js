/** Readings in memory, for tests: keeps the promises of the store on Postgres. */
export function createMemoryStore() {
  const readings = new Map()
  const listeners = new Set()
  const newest = (car) =>
    [...readings.values()]
      .filter((reading) => reading.car === car)
      .sort((a, b) => (a.sentAt < b.sentAt ? 1 : -1))[0]
  return {
    async append(reading) {
      const key = `${reading.car} ${reading.sentAt}`
      if (readings.has(key)) return false
      readings.set(key, reading)
      for (const listener of listeners) listener(reading)
      return true
    },
    async latest() {
      const cars = [...new Set([...readings.values()].map(({ car }) => car))].sort()
      return cars.map(newest)
    },
    find: async (car) => newest(car),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
