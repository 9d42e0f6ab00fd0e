// Buttons that put a text on the clipboard; they work on plain http too, where browsers lend no navigator.clipboard. Above
// them the sources of an answer: a link, a button that copies, the words. Everything is set as text.
// data: {copies: [{text, label, name, link}], sources: [{label, link, words, copy}], copied, failed}; of a link, text
// is the query, and the page's own address is put before it. Triggers "open" with the number of a source.
const ICONS = {
  copy: "M9 9h10v11H9z M5 15V4h10",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1 M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  done: "M5 13l4 4L19 7",
};

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".copies");
  root.open = (number) => setTriggerValue("open", number);
  const now = JSON.stringify(data);
  if (root.dataset.drawn === now) return;
  root.dataset.drawn = now;
  const said = { ...data, status: parentElement.querySelector("[role=status]") };
  const sources = data.sources.map((each, number) => source(each, said, () => root.open(number)));
  root.replaceChildren(...sources, ...data.copies.map((each) => button(each, said)));
}

// A click opens the clause beside the page; with a key held down, the browser opens the link where it always would.
function source({ label, link, words, copy }, said, open) {
  const row = document.createElement("div");
  row.className = "source";
  const anchor = document.createElement("a");
  anchor.href = location.pathname + link;
  anchor.target = "_self";
  anchor.textContent = label;
  anchor.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  };
  const text = document.createElement("p");
  text.textContent = words;
  row.append(anchor, ...(copy ? [button(copy, said)] : []), text);
  return row;
}

function button({ text, label, name, link }, { copied, failed, status }) {
  const made = document.createElement("button");
  made.type = "button";
  const show = (icon, shown) => {
    made.replaceChildren(drawing(icon), shown);
    made.title = name || label;
    made.setAttribute("aria-label", shown && name ? `${shown}：${name}` : shown || name);
  };
  const rest = () => show(link ? "link" : "copy", label);
  rest();
  made.onclick = async () => {
    const done = await copy(link ? location.origin + location.pathname.replace(/[^/]*$/, "") + text : text);
    status.textContent = done ? copied : failed;
    show(done ? "done" : "copy", status.textContent);
    setTimeout(() => {
      status.textContent = "";
      rest();
    }, 2000);
  };
  return made;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return selected(text);
  }
}

// The old way: a hidden field, selected and copied; the focus goes back to where it was.
function selected(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.style.cssText = "position: fixed; top: 0; left: 0; opacity: 0;";
  // Inside an open dialog the page around it takes no focus.
  (document.querySelector("dialog[open], [role=dialog]") ?? document.body).append(field);
  const before = document.activeElement;
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus?.();
  return done;
}

function drawing(icon) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  svg.firstChild.setAttribute("d", ICONS[icon]);
  return svg;
}
