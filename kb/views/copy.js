// A button that puts a text on the clipboard; it works on plain http too, where browsers lend no navigator.clipboard.
// data: {text, label, name, copied, failed, icon, link}; of a link, text is the query, and the page's own address is
// put before it.
const ICONS = {
  copy: "M9 9h10v11H9z M5 15V4h10",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1 M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  done: "M5 13l4 4L19 7",
};

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  const status = parentElement.querySelector("[role=status]");
  const show = (icon, label) => {
    button.replaceChildren(drawing(icon), label);
    button.title = data.name;
    button.setAttribute("aria-label", label ? `${label}：${data.name}` : data.name);
  };
  show(data.icon, data.label);
  button.onclick = async () => {
    const text = data.link ? location.origin + location.pathname.replace(/[^/]*$/, "") + data.text : data.text;
    const done = await copy(text);
    status.textContent = done ? data.copied : data.failed;
    show(done ? "done" : data.icon, done ? data.copied : data.failed);
    setTimeout(() => {
      status.textContent = "";
      show(data.icon, data.label);
    }, 2000);
  };
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
