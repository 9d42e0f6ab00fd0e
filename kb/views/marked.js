// Document text with citation markers as buttons and a highlighted quote. Everything is set as text: nothing in a
// document or an answer is markup.
// data: {lines: [[{text}, {text, quote: true} or {marker, label, tail}] or [{table: rows of {pieces, rows, columns}}]],
// open: marker or null}; triggers "cite" with a marker.
// Without lines it only takes the page to its top, when it appears: another document begins at its beginning.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".marked");
  const drawn = JSON.stringify(data.lines);
  if (root.dataset.drawn !== drawn) {
    root.replaceChildren(...data.lines.map(paragraph));
    root.dataset.drawn = drawn;
    if (!data.lines.length) root.getRootNode().host?.closest("[data-testid=stMain]")?.scrollTo(0, 0);
    // The layout around the text settles in the same frame; a new clause begins at its top, or at its quote.
    requestAnimationFrame(() => {
      root.getRootNode().host?.closest(".st-key-source")?.scrollTo(0, 0);
      root.querySelector("mark")?.scrollIntoView({ block: "nearest" });
    });
  }
  for (const button of root.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(Number(button.value) === data.open));
    button.onclick = () => setTriggerValue("cite", Number(button.value));
  }
}

function paragraph(line) {
  if (line[0]?.table) return table(line[0].table);
  const p = document.createElement("p");
  p.append(...line.map(piece));
  return p;
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
  span.append(button, tail);
  return span;
}
