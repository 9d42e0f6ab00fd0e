"""Values in force: what a later notice changes in an earlier plan, whatever its wording, order and date."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ingest.document import Document, Source, Target
from ingest.pipeline import parse
from kb import KnowledgeBase
from kb.study.in_force import Current, in_force

FILES = Path(__file__).parents[1] / "files"
CASES = json.loads((Path(__file__).parents[1] / "cases" / "in_force.json").read_text(encoding="utf-8"))
PLAN = "云政发〔2022〕3号"
TODAY = date(2026, 1, 1)


def notice_text(lines: list[str], number: str = "云政发〔2024〕8号", day: str = "2024年5月6日") -> str:
    head = ["云岭县人民政府关于调整《云岭县“十四五”减排方案》部分内容的通知", number, "各乡镇人民政府："]
    return "\n".join([*head, *lines, "云岭县人民政府", day])


def read(folder: Path, name: str, text: str) -> Document:
    path = folder / f"{name}.txt"
    path.write_text(text, "utf-8")
    return parse(Source(name, path, name))


@pytest.fixture(scope="module")
def plan() -> Document:
    return parse(Source("plan", FILES / "emissions.txt", "plan"))


def meant(number: str, title: str) -> str | None:
    return "plan" if number == PLAN or "减排方案" in title else None


def stated(target: Target) -> str:
    return f"{target.relation} {target.value}{target.unit}"


def changed(current: Current) -> tuple[dict[str, str], dict[str, str], list[str]]:
    targets = {t.indicator: t for t in current.document.targets if t.change}
    duties = {d.path: d for d in current.document.duties if d.change}
    figures = {name: stated(t) for name, t in targets.items() if t.change and not t.change.gone}
    bodies = {
        path: "删去" if d.change and d.change.gone else "，".join(
            "、".join(d.named(role=role)) + word
            for role, word in (("lead", "牵头"), ("support", "配合"), ("responsible", "负责")) if d.named(role=role)
        )
        for path, d in duties.items()
    }  # fmt: skip
    return figures, bodies, [name for name, t in targets.items() if t.change and t.change.gone]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_notice_changes_what_it_says_and_nothing_else(case: dict, plan: Document, tmp_path: Path) -> None:
    notice = read(tmp_path, "notice", notice_text(case["lines"]))
    current = in_force(plan, [notice], meant, TODAY)
    figures, bodies, gone = changed(current)
    expected = {name: " ".join(value.split()[:2]) for name, value in case["targets"].items()}
    assert (figures, bodies, gone) == (expected, case["duties"], case.get("gone", []))
    reasons = " ".join(u.reason for u in current.unplaced)
    assert len(current.unplaced) == len(case.get("unplaced", []))
    assert all(part in reasons for part in case.get("unplaced", []))
    years = {t.indicator: str(t.deadline_year) for t in current.document.targets}
    for name, value in case["targets"].items():
        assert value.split()[2:] in ([], [years[name]])
    for row in (*current.document.targets, *current.document.duties):
        if row.change:
            assert row.change.quote == notice.slice(row.change.span)
            assert row.change.was in (*plan.targets, *plan.duties)


def two(plan: Document, folder: Path, first: tuple[str, str], second: tuple[str, str]) -> Current:
    """Apply two notices, given as (value, day), that set the same figure."""
    line = "一、化学需氧量重点工程减排量目标调整为{}吨。"
    notices = [
        read(folder, f"n{i}", notice_text([line.format(value)], f"云政发〔2024〕{i}号", day))
        for i, (value, day) in enumerate((first, second), start=1)
    ]
    return in_force(plan, notices[::-1], meant, TODAY)


def cod(current: Current) -> Target:
    return next(t for t in current.document.targets if "化学需氧量" in t.indicator)


def test_the_later_date_wins(plan: Document, tmp_path: Path) -> None:
    row = cod(two(plan, tmp_path, ("1300", "2024年3月1日"), ("1400", "2024年9月1日")))
    assert row.change is not None
    assert (str(row.value), row.change.doc_id) == ("1400", "n2")
    assert [other.doc_id for other in row.change.others] == ["n1"]


@pytest.mark.parametrize("days", [("2024年3月1日", "2024年3月1日"), ("2024年3月1日", ""), ("", "")])
def test_contradicting_notices_without_an_order_are_left_undecided(
    days: tuple[str, str], plan: Document, tmp_path: Path
) -> None:
    row = cod(two(plan, tmp_path, ("1300", days[0]), ("1400", days[1])))
    assert row.change is not None
    assert row.change.undecided
    assert str(row.value) == "1200"
    assert {row.change.doc_id, *(other.doc_id for other in row.change.others)} == {"n1", "n2"}


def test_notices_that_agree_need_no_date(plan: Document, tmp_path: Path) -> None:
    row = cod(two(plan, tmp_path, ("1400", ""), ("1400", "")))
    assert (str(row.value), row.change and row.change.undecided) == ("1400", False)


def test_a_second_notice_builds_on_the_first(plan: Document, tmp_path: Path) -> None:
    first = read(tmp_path, "n1", notice_text(["一、将第一部分中的“下降12%”修改为“下降13%”。"], day="2023年1月1日"))
    second = read(tmp_path, "n2", notice_text(["一、将第一部分中的“下降13%”修改为“下降16%”。"]))
    current = in_force(plan, [second, first], meant, TODAY)
    assert [str(t.value) for t in current.document.targets][:1] == ["16"]
    assert current.unplaced == ()


def test_notices_not_yet_in_effect_or_older_change_nothing(plan: Document, tmp_path: Path) -> None:
    line = "一、将第一部分中的“下降12%”修改为“下降15%”。"
    later = read(tmp_path, "later", notice_text([line, "二、本通知自2027年1月1日起施行。"]))
    older = read(tmp_path, "older", notice_text([line], day="2021年5月6日"))
    assert in_force(plan, [later, older], meant, TODAY) == Current(plan)
    assert in_force(plan, [later], meant, date(2027, 1, 1)).changes != ()


def test_a_notice_on_another_document_changes_nothing(plan: Document, tmp_path: Path) -> None:
    notice = read(tmp_path, "n", notice_text(["一、将《云岭县节水方案》第一部分中的“下降12%”修改为“下降15%”。"]))
    assert in_force(plan, [notice], meant, TODAY).document == plan


# ---- in the library


NOTICE = notice_text(
    [
        "经研究，现对《云岭县“十四五”减排方案》（云政发〔2022〕3号）作如下调整：",
        "一、氮氧化物排放总量下降目标由12%调整为15%。",
        "二、将二（一）的牵头单位由县工信局调整为县能源局。",
        "三、删去第二部分第（三）项。",
    ]
)


@pytest.mark.parametrize("order", ["plan first", "notice first"])
def test_answers_give_the_value_in_force_until_the_notice_is_removed(order: str, tmp_path: Path) -> None:
    notice = tmp_path / "notice.txt"
    notice.write_text(NOTICE, "utf-8")
    paths = [FILES / "emissions.txt", notice]
    with KnowledgeBase.open(tmp_path / "home") as kb:
        for path in paths if order == "plan first" else paths[::-1]:
            kb.ingest([path])
        for question in ("氮氧化物目标是多少？", "调整后氮氧化物目标是多少？"):
            answer = kb.ask(question)
            assert answer.text.startswith("到2025年，全县氮氧化物排放总量比2020年下降15%，原为“12%”")
            assert [(c.doc_number, c.path, c.status) for c in answer.citations] == [
                ("云政发〔2024〕8号", "一", "in_force"),
                (PLAN, "一", "amended"),
            ]
        lead = kb.ask("工业减排工程由谁牵头？")
        assert lead.departments == ("县能源局",)
        assert "原为“县工信局”" in lead.text
        assert kb.ask("县能源局负责哪些工作？").answered
        assert "已由" in kb.ask("臭氧治理工程由谁负责？").text
        assert kb.ask("氮氧化物目标是下降12%吗？").text.startswith("不是，这是调整前的数值")
        (row,) = [t for _, t in kb.targets(PLAN) if "氮氧化物" in t.indicator]
        assert (str(row.value), row.change and row.change.dated) == ("15", date(2024, 5, 6))
        assert kb.targets("云政发〔2024〕8号") == []
        kb.remove("云政发〔2024〕8号")
        old = kb.ask("氮氧化物目标是多少？")
        assert "下降12%" in old.text
        assert [c.status for c in old.citations] == ["in_force"]


def test_a_notice_whose_document_is_absent_stays_an_open_reference(tmp_path: Path) -> None:
    notice = tmp_path / "notice.txt"
    notice.write_text(NOTICE, "utf-8")
    with KnowledgeBase.open(tmp_path / "home") as kb:
        kb.ingest([notice])
        (card,) = kb.documents()
        assert (card.amends, card.unresolved) == ((PLAN,), (PLAN,))
        answer = kb.ask("氮氧化物目标是多少？")
        assert "15%" in answer.text or not answer.answered


def test_contradiction_is_said_and_not_decided(tmp_path: Path) -> None:
    paths = [FILES / "emissions.txt"]
    for n, value in enumerate(("14%", "15%"), start=1):
        paths.append(tmp_path / f"{n}.txt")
        text = notice_text([f"一、氮氧化物排放总量下降目标由12%调整为{value}。"], f"云政发〔2024〕{n}号")
        paths[-1].write_text(text, "utf-8")
    with KnowledgeBase.open(tmp_path / "home") as kb:
        kb.ingest(paths)
        answer = kb.ask("氮氧化物目标是多少？")
        assert all(part in answer.text for part in ("12%", "14%", "15%", "规定不一"))


def test_rows_without_a_change_are_the_printed_ones(plan: Document) -> None:
    assert in_force(plan, [], meant, TODAY).document is plan
    assert all(replace(t, change=None) == t for t in plan.targets)
