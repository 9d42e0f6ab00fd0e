"""Every page through axe-core: nothing serious or critical, in light and dark, on a phone, at 200 %, in large type."""

from __future__ import annotations

from contextlib import closing, contextmanager
from decimal import Decimal

import pytest

from kb.workspace import Workspace
from kb.workspace.actuals import Actual, Actuals
from kb.workspace.roles import LOCAL
from tests.browsing import WAIT, fits, settled

axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="没有安装 axe-playwright-python：无障碍检查略过"
)

PLAN = "晋城市“十四五”节能减排实施方案"
MODES = {
    "light": ((1280, 900), "light"),
    "dark": ((1280, 900), "dark"),
    "phone": ((390, 844), "dark"),
    "zoom": ((640, 450), "light"),  # what a window of 1280 pixels shows at 200 %
    "large": ((1280, 900), "light"),
    "large dark": ((1280, 900), "dark"),
}
SMALLEST = 18  # pixels of large type; WCAG 2.2, 1.4.6 asks 7:1 of its contrast


@pytest.fixture(scope="module")
def address(own_home, plan, serve):
    """The address of a page on the bundled corpus with an actual value; large type is kept in the home folder."""
    with closing(Workspace.open(own_home)) as workspace:
        at, target = plan.source.doc_id, plan.targets[0]
        value = Actual(
            at, target.path, target.indicator, target.deadline_year, 2023, Decimal(7), target.unit, "change", "年报"
        )
        Actuals(workspace.database).change(LOCAL, [value])
    return serve(own_home)


def empty_chat(page):
    page.goto("/")
    page.get_by_placeholder("请输入问题").wait_for()
    page.locator("[class*=st-key-example_] button").first.wait_for()


def answer(page):
    empty_chat(page)
    box = page.get_by_placeholder("请输入问题")
    box.fill("VOC治理由谁负责？")
    box.press("Enter")
    page.locator(".marked").first.get_by_role("button", name="三（九）").click()
    page.locator(".st-key-source mark").wait_for()


def scope(page):
    empty_chat(page)
    page.locator(".st-key-scope_box button:visible").click()
    page.locator(".st-key-scope_level button").last.click()
    page.locator(".st-key-chip_level").wait_for()


def refusal(page):
    empty_chat(page)
    box = page.get_by_placeholder("请输入问题")
    box.fill("月球基地由谁负责建设？")
    box.press("Enter")
    page.get_by_text("最接近的条款（不是答案）", exact=True).wait_for()


def shelf(page):
    page.goto("/library")
    page.get_by_role("button", name=PLAN).wait_for()


def document(page):
    shelf(page)
    page.get_by_role("button", name=PLAN).click()
    page.get_by_role("radio").nth(5).wait_for()


def duties(page):
    document(page)
    page.get_by_text("责任分工 21").click()
    page.get_by_role("button", name="下载 Excel").wait_for()


def filing(page):
    shelf(page)
    page.get_by_text("导入", exact=True).first.click()
    page.get_by_test_id("stFileUploaderDropzone").wait_for()


def matrix(page):
    page.goto("/matrix?doc=jincheng-2023-15&clause=三（九）")
    page.locator(".st-key-source .marked").wait_for()
    page.get_by_text("项任务，").first.wait_for()


def unit(page):
    page.goto("/matrix?doc=jincheng-2023-15&body=市能源局")
    page.locator(".st-key-unit_open_0 button").wait_for()


def findings(page):
    page.goto("/matrix?doc=jincheng-2023-15")
    page.get_by_text("核对发现", exact=True).first.click()
    page.locator(".st-key-finding_open_0_0 button").wait_for()


def practice(page):
    page.goto("/lessons")
    page.get_by_role("button", name="开始练习").click()
    page.get_by_role("button", name="提交").wait_for()


def terms(page):
    page.goto("/lessons")
    page.get_by_text("术语", exact=True).first.click()
    page.locator("[class*=st-key-term_] button").first.wait_for()


def reading(page):
    page.goto("/lessons")
    page.get_by_text("对照阅读", exact=True).click()
    page.get_by_role("button", name="下一条").click()
    page.locator("[class*=st-key-reading_open]").first.wait_for()


def evaluation(page):
    page.goto("/evaluation")
    page.get_by_role("button", name="开始评测").wait_for()


def levels(page):
    page.goto("/targets?doc=jincheng-2023-15")
    page.locator(".st-key-level_open_2 button").wait_for()


def progress(page):
    levels(page)
    page.get_by_text("进展", exact=True).first.click()
    page.locator(".st-key-progress_open_0 button").wait_for()


def entry(page):
    levels(page)
    page.get_by_text("录入实际值", exact=True).first.click()
    page.get_by_test_id("stFileUploaderDropzone").wait_for()


STATES = (
    empty_chat,
    answer,
    scope,
    refusal,
    shelf,
    document,
    duties,
    filing,
    matrix,
    unit,
    findings,
    levels,
    progress,
    entry,
    practice,
    terms,
    reading,
    evaluation,
)


@contextmanager
def opened(chromium, address, mode):
    (width, height), scheme = MODES[mode]
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, base_url=address, reduced_motion="reduce"
    )
    context.set_default_timeout(WAIT)
    yield context.new_page()
    context.close()


def set_large(page, *, on):
    page.goto("/")
    switch = page.get_by_role("switch", name="大字显示")
    switch.wait_for(state="attached")
    settled(page)
    if switch.is_checked() != on:
        page.get_by_text("大字显示").click()
    size = "21px" if on else "16px"
    page.wait_for_function(f"getComputedStyle(document.documentElement).fontSize === '{size}'")


@pytest.mark.parametrize("mode", MODES)
def test_no_page_has_a_serious_fault(mode, chromium, address, tmp_path):
    large = mode.startswith("large")
    rules = {"color-contrast-enhanced": {"enabled": large}}
    with opened(chromium, address, mode) as page:
        set_large(page, on=large) if large else None
        for state in STATES:
            state(page)
            settle(page)
            page.screenshot(path=tmp_path / f"{state.__name__}.png")
            found = axe.Axe().run(page, options={"resultTypes": ["violations"], "rules": rules}).response
            grave = [
                (v["id"], [node["html"][:160] for node in v["nodes"]])
                for v in found["violations"]
                if v["impact"] in ("serious", "critical")
            ]
            assert not grave, (state.__name__, grave)
            assert fits(page), state.__name__
            if large:
                assert too_small(page) == [], state.__name__
        set_large(page, on=False) if large else None


def settle(page):
    """Wait until the page is drawn: axe must not measure a fading element."""
    settled(page)
    page.wait_for_function("document.fonts.status === 'loaded'")
    page.wait_for_function("document.getAnimations().every(each => each.playState !== 'running')")


def too_small(page):
    """Return texts drawn smaller than large type allows, but for icons and words that the style sheet replaces."""
    return page.evaluate(
        """least => [...document.querySelectorAll('.stApp *')]
            .filter(e => e.getClientRects().length)
            .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
            .filter(e => e.dataset.testid !== 'stIconMaterial')
            .map(e => [parseFloat(getComputedStyle(e).fontSize), e.textContent.trim().slice(0, 30)])
            .filter(([size]) => size > 0 && size < least)""",
        SMALLEST,
    )
