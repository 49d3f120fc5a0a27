// Tells the person when a passkey was not used; allauth's script only writes to the console.
document.addEventListener('allauth.error', (event) => {
  event.preventDefault()
  const note = document.getElementById('passkey_error')
  const main = document.querySelector('main .card-body')
  if (note && main) {
    main.prepend(note)
    note.hidden = false
  }
})
