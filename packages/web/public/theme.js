// Sets the theme before anything is painted. Plain and small: it runs before everything else, on each load.
;(() => {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const apply = () => {
    let chosen = null
    try {
      chosen = localStorage.getItem('lockstep.theme')
    } catch {
      // Storage may be switched off; the system's theme is right then.
    }
    const isChosen = chosen === 'light' || chosen === 'dark'
    document.documentElement.dataset.theme = isChosen ? chosen : system.matches ? 'dark' : 'light'
  }
  apply()
  system.addEventListener('change', apply)
  addEventListener('storage', apply)
  addEventListener('lockstep:theme', apply)
})()
