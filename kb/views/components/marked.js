// Document text with citation markers as buttons and a highlighted quote. Everything is set as text: nothing in a
// document or an answer is markup.
// data: {lines: [[{text}, {text, quote: true} or {marker, label, tail}] or [{table: rows of {pieces, rows, columns}}]],
// open: marker or null, fresh}; triggers "cite" with a marker. Fresh text appears sentence by sentence, by look only.
// Without lines it only takes the page to its top, when it appears: another document begins at its beginning. Fresh
// and without lines it marks a reply, whose question goes to the top: one reads from the beginning.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".marked");
  const drawn = JSON.stringify(data.lines);
  if (root.dataset.drawn !== drawn) {
    root.replaceChildren(...data.lines.map(paragraph));
    outline(root);
    root.dataset.drawn = drawn;
    if (data.fresh) appear(root);
    if (!data.lines.length && data.fresh) arrive(root);
    else if (!data.lines.length) root.getRootNode().host?.closest(".stMain")?.scrollTo(0, 0);
    // The layout around the text settles in the same frame; a new clause begins at its top, or at its quote.
    requestAnimationFrame(() => {
      root.getRootNode().host?.closest(".st-key-source")?.scrollTo(0, 0);
      root.querySelector("mark")?.scrollIntoView({ block: "nearest" });
    });
  }
  for (const button of root.querySelectorAll("button")) {
    const open = Number(button.value) === data.open;
    if (open && button.getAttribute("aria-pressed") === "false") keepInView(button);
    button.setAttribute("aria-pressed", String(open));
    button.onclick = () => setTriggerValue("cite", Number(button.value));
  }
}

// The page's own way is to show the end. What follows the reply comes in for a while, and is drawn later still: the
// question is held at the top until nothing has changed for a second and a half; the reader's hand ends it.
function arrive(root) {
  const reply = root.getRootNode().host?.closest("[data-testid=stChatMessage]");
  const question = reply?.parentElement?.previousElementSibling ?? reply;
  const page = reply?.closest(".stMain");
  if (!question || !page) return;
  question.style.scrollMarginTop = "7rem";
  let free = false;
  let changed = performance.now();
  let height = 0;
  for (const hand of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    page.addEventListener(hand, () => (free = true), { once: true, passive: true });
  }
  const hold = () => {
    if (page.scrollHeight !== height || document.querySelector("[data-test-script-state=running]")) {
      height = page.scrollHeight;
      changed = performance.now();
    }
    if (free || performance.now() > changed + 1500) return;
    question.scrollIntoView({ block: "start" });
    requestAnimationFrame(hold);
  };
  hold();
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
