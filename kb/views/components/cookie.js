// Exchanges a ticket for the cookie of the session, which scripts cannot read; without one has the cookie deleted.
// data: {ticket}, empty after signing out.
let last;
export default function ({ data }) {
  if (data.ticket === last) return;
  last = data.ticket;
  const method = data.ticket ? "POST" : "DELETE";
  fetch("/sign-in", { method, headers: { "X-Ticket": data.ticket }, credentials: "same-origin" }).catch(() => {});
}
