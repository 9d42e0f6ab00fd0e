// Keeps what is typed into the box for questions and not sent, in this tab: another page, a reload and the end of a
// sign-in take the box away. data: {owner}; nobody finds what another wrote. Signing out forgets it, see cookie.js.
const KEPT = "draft";
let owner, known;

export default function ({ data, parentElement }) {
  if (owner === undefined) {
    // Once the page has done with a key or a click: a question that was sent has left the box.
    for (const type of ["input", "keydown", "click"]) addEventListener(type, () => setTimeout(tend), true);
  }
  owner = data.owner;
  const root = parentElement.querySelector("span");
  // The box comes in after this element where its code is still to be loaded.
  (function appear() {
    if (!tend() && root.isConnected) requestAnimationFrame(appear);
  })();
}

// A box not seen before is given what was kept; what is in the box is kept.
function tend() {
  const box = document.querySelector("[data-testid=stChatInputTextArea]");
  try {
    if (box && box !== known) restore(box);
    if (box) sessionStorage.setItem(KEPT, JSON.stringify({ owner, text: box.value }));
  } catch {
    // A browser that lends no storage, or too little, keeps nothing.
  }
  return box;
}

function restore(box) {
  known = box;
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  if (kept.owner !== owner || !kept.text || box.value) return;
  // As typed: React learns of a value by the element's own setter and the event.
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, kept.text);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}
