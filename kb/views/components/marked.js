// Document text with citation markers as buttons and a highlighted quote. Everything is set as text: nothing in a
// document or an answer is markup.
// data: {lines: [[{text}, {text, quote: true} or {marker, label, tail}] or [{table: rows of {pieces, rows, columns}}]],
// open: marker or null, fresh}; triggers "cite" with a marker. Fresh text appears sentence by sentence, by look only.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".marked");
  const drawn = JSON.stringify(data.lines);
  if (root.dataset.drawn !== drawn) {
    root.replaceChildren(...data.lines.map(paragraph));
    outline(root);
    root.dataset.drawn = drawn;
    if (data.fresh) appear(root);
    // The layout around the text settles in the same frame; a new clause begins at its top, or at its quote. Clauses
    // that stand side by side are read from their beginning.
    requestAnimationFrame(() => {
      const clause = root.getRootNode().host?.closest(".st-key-clause_text");
      clause?.closest(".st-key-source")?.scrollTo(0, 0);
      if (clause) root.querySelector("mark")?.scrollIntoView({ block: "nearest" });
    });
  }
  for (const button of root.querySelectorAll("button")) {
    const open = Number(button.value) === data.open;
    if (open && button.getAttribute("aria-pressed") === "false") keepInView(button);
    button.setAttribute("aria-pressed", String(open));
    button.onclick = () => setTriggerValue("cite", Number(button.value));
  }
}

// Each sentence a little after the one before it; a long list is no slower than a short one.
function appear(root) {
  const sentences = [...root.querySelectorAll("p")].flatMap((p) => [...p.childNodes].flatMap(split));
  const step = Math.min(60, 400 / sentences.length);
  sentences.forEach((sentence, number) => {
    sentence.classList.add("fresh");
    sentence.style.animationDelay = `${number * step}ms`;
  });
}

function split(node) {
  if (node.nodeType !== Node.TEXT_NODE) return [node];
  const sentences = (node.data.match(/[^。；！？]+[。；！？]*|[。；！？]+/g) ?? []).map((text) => {
    const span = document.createElement("span");
    span.textContent = text;
    return span;
  });
  node.replaceWith(...sentences);
  return sentences;
}

// The text grows longer as it makes room for the clause beside it.
function keepInView(button) {
  setTimeout(() => button.scrollIntoView({ block: "nearest" }), 100);
}

function paragraph(line) {
  if (line[0]?.table) return table(line[0].table);
  const p = document.createElement("p");
  p.append(...line.map(piece));
  return p;
}

// 1. 2. 3. hang beside their numbers; the line before the first of them, which names their document, is their heading.
function outline(root) {
  const lines = [...root.querySelectorAll("p")];
  const item = (p) => /^\d+\. /.test(p?.textContent ?? "");
  lines.forEach((p, at) => {
    p.classList.toggle("item", item(p));
    p.classList.toggle("group", at > 0 && !item(p) && item(lines[at + 1]) && p.textContent.startsWith("《"));
  });
}

// A wide table scrolls by itself. The first row, and what its merged cells reach, is its head by look only.
function table(rows) {
  const frame = document.createElement("div");
  frame.className = "frame";
  frame.tabIndex = 0;
  const body = frame.appendChild(document.createElement("table"));
  const head = Math.max(1, ...(rows[0] ?? []).map((cell) => cell.rows));
  rows.forEach((cells, number) => {
    const row = body.insertRow();
    row.classList.toggle("head", number < head && rows.length > head);
    for (const { pieces, rows, columns } of cells) {
      const cell = row.insertCell();
      cell.rowSpan = rows;
      cell.colSpan = columns;
      cell.append(...pieces.map(piece));
    }
  });
  return frame;
}

function piece({ text, quote, marker, label, tail }) {
  if (marker) return cite(marker, label, tail);
  if (!quote) return text;
  const mark = document.createElement("mark");
  mark.textContent = text;
  return mark;
}

// The marker and the punctuation after it stay on one line.
function cite(marker, label, tail) {
  const button = document.createElement("button");
  button.type = "button";
  button.value = String(marker);
  button.title = label;
  button.setAttribute("aria-label", label);
  button.textContent = `〔${marker}〕`;
  const span = document.createElement("span");
  span.className = "cite";
  span.append(button, tail);
  return span;
}
