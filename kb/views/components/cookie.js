// Exchanges a ticket for the cookie of the session, which scripts cannot read; without one has the cookie deleted, and
// what was being written forgotten (draft.js).
// data: {ticket}, empty after signing out.
let last;
export default function ({ data }) {
  if (data.ticket === last) return;
  last = data.ticket;
  const method = data.ticket ? "POST" : "DELETE";
  if (!data.ticket) sessionStorage.removeItem("draft");
  fetch("/sign-in", { method, headers: { "X-Ticket": data.ticket }, credentials: "same-origin" }).catch(() => {});
}
