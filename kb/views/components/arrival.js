// Takes the page to where one begins to read. data: {occasion, question}; each occasion does it once. To the last question
// of the page, which is held there while what belongs to it comes in and is drawn, until the reader's own hand; or to
// the top.
const QUESTION = '[aria-label="Chat message from user"]';
let end = () => {};

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector("span");
  const page = root.getRootNode().host?.closest(".stMain");
  if (!page || root.dataset.occasion === data.occasion) return;
  root.dataset.occasion = data.occasion;
  end();
  if (data.question) hold(page);
  else page.scrollTo(0, 0);
}

// Whatever grows, above or below, and whatever is replaced by another element: the question is looked for anew.
function hold(page) {
  const grown = new ResizeObserver(() => [...page.querySelectorAll(QUESTION)].at(-1)?.scrollIntoView());
  const hands = new AbortController();
  end = () => {
    grown.disconnect();
    hands.abort();
  };
  // Keys pressed in a field write the next question.
  const hand = ({ type, target }) => type === "keydown" && target.matches("textarea, input") || end();
  for (const type of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    addEventListener(type, hand, { passive: true, capture: true, signal: hands.signal });
  }
  grown.observe(page);
  grown.observe(page.querySelector("[data-testid=stMainBlockContainer]"));
}
