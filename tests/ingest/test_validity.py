"""Terms: from when and until when a document says it is in force."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.validity import printed_day, read_validity

ISSUED = date(2023, 8, 31)


@pytest.mark.parametrize(
    ("text", "effective", "expires"),
    [
        ("第九条 本办法自2024年1月1日起施行，有效期五年。", date(2024, 1, 1), date(2028, 12, 31)),
        ("本通知自印发之日起施行，有效期至2026年12月31日。", ISSUED, date(2026, 12, 31)),
        ("本规定自公布之日起30日后施行。", date(2023, 9, 30), None),
        ("本办法自二〇二四年三月一日起实施。有效期2年。", date(2024, 3, 1), date(2026, 2, 28)),
        ("本方案自发布之日起执行，试行期为6个月。", ISSUED, date(2024, 2, 29)),
        ("自2021年5月1日起执行", date(2021, 5, 1), None),
        ("《某办法》自2020年1月1日起施行，各单位要抓好落实。", None, None),
        ("排污许可证有效期为5年。", None, None),
        ("本办法有效期五年。", None, None),
        ("本办法自2024年13月1日起施行。", None, None),
        ("项目自开工之日起两年内建成。", None, None),
        ("", None, None),
    ],
)
def test_terms(text: str, effective: date | None, expires: date | None) -> None:
    found = read_validity(text, dated=ISSUED)
    assert (found.effective, found.expires) == (effective, expires)
    assert all(text[span.start : span.end].strip() for span in found.spans)


def test_without_a_date_the_day_of_issue_is_unknown() -> None:
    assert read_validity("本通知自印发之日起施行，有效期三年。").effective is None


@pytest.mark.parametrize(("text", "day"), [("自2024年3月1日起废止", date(2024, 3, 1)), ("自明年起", None)])
def test_printed_day(text: str, day: date | None) -> None:
    assert printed_day(text) == day
