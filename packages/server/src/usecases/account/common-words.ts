/**
 * The stems of the passwords that are tried first, longest first, as `judgePassword` sees them: lower case, letters for digits.
 * A long password made of them alone is refused; one that has more in it is not.
 */
export const COMMON_WORDS: readonly string[] = [
  'password passwort passwd passord motdepasse contrasena contraseña senha parola wachtwoord haslo geheim secret hidden default',
  'administrator admin root user guest test tester testing demo sample example changeme letmein welcome willkommen bienvenue login master',
  'qwerty qwertz azerty asdf zxcv monkey dragon shadow sunshine princess football baseball basketball soccer hockey superman batman spiderman',
  'iloveyou loveyou trustno trustnoi starwars pokemon naruto minecraft whatever freedom hello hallo bonjour summer winter spring autumn sommer',
  'january february march april june july august september october november december monday tuesday wednesday thursday friday saturday sunday',
  'michael jennifer jordan jessica ashley michelle daniel andrew thomas robert matthew joshua charlie anthony nicole hannah amanda maria george',
  'computer internet server database company office access system security manager service support backup network windows linux ubuntu apple google',
  'facebook samsung android iphone mercedes ferrari porsche corvette mustang harley yamaha honda toyota chelsea liverpool arsenal barcelona',
  'butterfly cookie chocolate cheese banana orange purple silver golden diamond ginger pepper flower rainbow blessed jesus christ heaven angel',
  'killer hunter ranger soldier warrior knight wizard merlin phoenix matrix maverick maggie tigger buster bailey bandit cooper snoopy',
  'passphrase correct horse battery staple company production staging',
]
  .flatMap((line) => line.split(' '))
  .toSorted((a, b) => b.length - a.length)
