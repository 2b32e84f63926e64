/** The version of charge-api that this dashboard reads. */
export const CHARGE_API = 'v2'

const average = (values) =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length

const spread = (cells) => Math.max(...cells) - Math.min(...cells)

/** What the widgets of the dashboard show, from the newest reading of each car. Cars of 1.x say nothing of cells. */
export function summarise(cars) {
  const known = cars.map(({ efficiencyMpge }) => efficiencyMpge).filter((value) => value !== null)
  const withCells = cars.filter(({ cellsPercent }) => cellsPercent !== null)
  return {
    carCount: cars.length,
    averageChargePercent: average(cars.map(({ stateOfChargePercent }) => stateOfChargePercent)),
    averageEfficiencyMpge: average(known),
    chargingCount: cars.filter(({ charging }) => charging).length,
    chargingKw: cars.reduce((sum, { chargingKw }) => sum + (chargingKw ?? 0), 0),
    carsWithCells: withCells.length,
    widestCellSpreadPercent:
      withCells.length === 0
        ? null
        : Math.max(...withCells.map(({ cellsPercent }) => spread(cellsPercent))),
  }
}
