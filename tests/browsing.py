"""What tests in a real browser do over and over: wait until a page is at rest, ask, look where things stand."""

from __future__ import annotations

import socket

WAIT = 60_000  # milliseconds; what is waited for comes at once where the machine has nothing else to do
# A page is at rest once, for half a second on end, no script runs, nothing waits to be replaced or for its code to be
# loaded, and nothing moves: the click before may take that long to reach a server that has much to do.
AT_REST = """() => {
  const busy = document.querySelector("[data-test-script-state]:not([data-test-script-state=notRunning])");
  const old = document.querySelector("[data-stale=true], [data-testid=stSkeleton]");
  const main = document.querySelector(".stMain");
  const seen = main && !busy && !old ? `${main.scrollTop} ${main.scrollHeight}` : "";
  if (!seen || seen !== window.restSeen) [window.restSeen, window.restSince] = [seen, performance.now()];
  return seen && performance.now() - window.restSince > 500;
}"""
REPLIES = "[class*=st-key-actions_], [class*=st-key-refusal_]"


def settled(window):
    """Wait until the page is at rest."""
    window.evaluate("window.restSeen = ''")
    window.wait_for_function(AT_REST)


def box(window):
    """Return the box for questions."""
    return window.get_by_placeholder("请输入问题")


def holds(window, text):
    """Wait until the box for questions holds a text."""
    box(window).wait_for()
    window.wait_for_function("([box, text]) => box.value === text", arg=[box(window).element_handle(), text])


def ask(window, question):
    """Ask, and wait for the reply and for the end of what comes after it."""
    count = window.locator(REPLIES).count()
    box(window).fill(question)
    box(window).press("Enter")
    window.locator(REPLIES).nth(count).wait_for()
    settled(window)


def fits(window):
    """Tell whether nothing is wider than the window."""
    return window.evaluate("document.documentElement.scrollWidth <= innerWidth")


def in_view(window, locator):
    """Tell whether all of an element is within the window."""
    bounds = locator.bounding_box()
    return bounds["y"] >= 0 and bounds["y"] + bounds["height"] <= window.viewport_size["height"]


def taken(window, name):
    """Return the name and content of the file that a button downloads; each run of the page makes it anew."""
    settled(window)
    with window.expect_download() as download:
        window.get_by_role("button", name=name).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
