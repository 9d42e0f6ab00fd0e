"""Answers, hits and ledgers as plain text for a terminal or a clipboard.

A citation in official form reads 《标题》（文号）条款，第n页, the page where the file tells its pages; one to a
digest says that it is not the original wording.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kb.results import FORMS, Answer, Check, Citation, DocumentCard, Hit, IngestReport, address_name, on_page, remark
from kb.study.sheets import place, relations, said

UNCERTAIN = "此处由文字识别得到，把握不大，请核对原件"
AROUND = {  # what stands around an answer, in its language
    "zh": {
        "read": "（按此理解：{}）", "sources": "出处：", "note": "注意：{}",
        "near": "最接近的条款（不是答案）：{}。", "and": "、",
    },
    "en": {
        "read": "(Read as: {})", "sources": "Sources:", "note": "Note: {}",
        "near": "Nearest clauses, not an answer: {}.", "and": "; ",
    },
}  # fmt: skip
STATUSES = {"in_force": "", "amended": "已被修改", "superseded": "已被废止或替代", "expired": "有效期已满"}


def citation_line(citation: Citation) -> str:
    """Return the citation as a clerk pastes it.

    >>> from dataclasses import replace
    >>> c = Citation(1, "d", "某市方案", "某政发〔2023〕1号", "三（九）", "", 9, "原文", 0, 2, "fulltext", "in_force")
    >>> citation_line(c)
    '《某市方案》（某政发〔2023〕1号）三（九），第9页'
    >>> citation_line(replace(c, page=None))
    '《某市方案》（某政发〔2023〕1号）三（九）'
    >>> citation_line(replace(c, uncertain=True))
    '《某市方案》（某政发〔2023〕1号）三（九），第9页（此处由文字识别得到，把握不大，请核对原件）'
    """
    number = f"（{citation.doc_number}）" if citation.doc_number else ""
    place = address_name(citation.path)
    line = f"《{citation.title}》{number}{place}{pages(citation)}"
    remarks = [UNCERTAIN] if citation.uncertain else []
    remarks += [r for r in (FORMS.get(citation.form, ""), STATUSES.get(citation.status, "")) if r]
    if citation.form == "digest" and citation.url:
        remarks.append(f"原文见 {citation.url}")
    return line + (f"（{'；'.join(remarks)}）" if remarks else "")


def pages(citation: Citation) -> str:
    """Return the page of the clause, or the pages from there to the quote: ，第9页 or ，第9—10页, if known."""
    first, last = citation.page, citation.quote_page
    over = first and last and first < last and citation.form != "digest"
    return f"，第{first}—{last}页" if over else on_page(first, citation.form)


def answer_text(answer: Answer) -> str:
    """Return the answer with its citations and quotes, ready to paste."""
    around = AROUND[answer.language]
    lines = []
    if answer.standalone_question != answer.question:
        lines += [around["read"].format(answer.standalone_question), ""]
    lines += [answer.text, *nearest_lines(answer)]
    if answer.citations:
        lines += ["", around["sources"]]
    for c in answer.citations:
        lines += [f"〔{c.marker}〕{citation_line(c)}", f"    “{c.quote}”"]
    lines += [around["note"].format(check.detail) for check in answer.checks if not check.passed]
    return "\n".join(lines)


def nearest_lines(answer: Answer) -> list[str]:
    """Return the line below a refusal: the nearest clauses, with the title before the first one of each document."""
    names, before = [], ""
    for one in () if answer.answered else answer.related:
        title = f"《{one.title}》" if one.doc_id != before else ""
        names.append(f"{title}{one.path}" + (f"“{one.heading}”" if one.heading else ""))
        before = one.doc_id
    around = AROUND[answer.language]
    return [around["near"].format(around["and"].join(names))] if names else []


def hits_text(hits: Sequence[Hit]) -> str:
    """Return ranked clauses, one paragraph each."""
    if not hits:
        return "没有找到相关条款。"
    return "\n\n".join(
        f"{n}. 《{hit.doc.title}》{hit.path} {hit.heading}（{'；'.join(_found(hit))}）\n{_clip(hit.text, 160)}"
        for n, hit in enumerate(hits, start=1)
    )


def _found(hit: Hit) -> list[str]:
    """Return the page of a hit, if it is known, and its rank in each channel."""
    ranks = "，".join(f"{CHANNELS[name]}第{rank}" for name, rank in hit.ranks.items() if rank)
    return [part for part in (on_page(hit.page, hit.doc.form).removeprefix("，"), FORMS[hit.doc.form], ranks) if part]


CHANNELS = {"exact": "指名", "lexical": "词语", "semantic": "语义"}


def cards_text(cards: Sequence[DocumentCard]) -> str:
    """Return the library as a list."""
    if not cards:
        return "库中还没有文件。请运行 kb ingest 导入。"
    return "\n".join(
        f"{card.doc_id}  《{card.title}》{card.doc_number and f'（{card.doc_number}）'} {card.level} "
        f"{card.date or '日期未见'} "
        f"{card.clauses}条 {FORMS[card.form] or '全文'}"
        + (f"，{card.uncertain}处识别把握不大" if card.uncertain else "")
        for card in cards
    )


def outline_text(record: Mapping[str, Any]) -> str:
    """Return a document's outline, indented by level."""
    head = f"《{record['title']}》{record['doc_number']}{remark(record['form'])}"
    lines = [
        f"{'  ' * row['level']}{row['path']} {row['heading']}{on_page(row['page'], record['form']).replace('，', '  ')}"
        for row in record["outline"]
    ]
    return "\n".join([head, *lineage_lines(record["lineage"]), *lines])


REFERENCES = {"implements": "贯彻", "amends": "修改", "repeals": "废止", "replaces": "替代", "cites": "引用"}


def lineage_lines(record: Mapping[str, Any]) -> list[str]:
    """Return how a document stands and what it names, a line each; documents not in the library are marked."""
    lines = [f"状态：{STATUSES[record['standing']]}（{'、'.join(record['amended_by']) or '见原文'}）"] * (
        record["standing"] != "in_force"
    )
    lines += [f"施行：{record['effective']}"] if record["effective"] else []
    lines += [f"有效期至：{record['expires']}"] if record["expires"] else []
    for kind, label in REFERENCES.items():
        named: dict[str, None] = {}
        for row in record["references"]:
            title = f"《{row['title']}》" if row["title"] else ""
            held = "" if row["doc_id"] else "（不在库中）"
            if row["kind"] == kind:
                named[f"{title}{row['doc_number']}{held}"] = None
        lines += [f"{label}：{'、'.join(named)}"] if named else []
    for row in record["changes"]:
        now = f"改为“{_clip(row['now'], 40)}”" if row["now"] else "已删去"
        lines.append(f"修改：{row['path']} “{_clip(row['was'], 40)}”{now}（{row['amended_by']['source']}）")
    lines += [f"未能对应的修改：{u['amended_by']['source']}（{u['reason']}）" for u in record["unplaced"]]
    return lines


def _note(row: Mapping[str, Any]) -> str:
    return remark(row["form"]) + (f"［{row['change']}］" if row.get("change") else "")


def former_text(record: Mapping[str, Any]) -> str:
    """Return a former version with the notice that it was replaced: one clause whole, else the outline."""
    head = f"《{record['title']}》{record['doc_number']} 旧版本{record['version']}{remark(record['form'])}"
    notice = f"这一版已于{record['replaced'][:10]}被官方原文替换，引用请以现行内容为准。"
    rows = record["outline"]
    if len(rows) == 1:
        return "\n".join([head, notice, f"{rows[0]['path']} {rows[0]['heading']}", record["text"].strip()])
    return "\n".join([head, notice, *(f"{'  ' * row['level']}{row['path']} {row['heading']}" for row in rows)])


def fetch_text(report: Mapping[str, Any]) -> str:
    """Return what a fetch did."""
    lists = {"取得原文": report["fetched"], "未变": report["unchanged"], "没有网址": report["without_url"]}
    counts = "，".join(f"{name}{len(rows)}" for name, rows in {**lists, "失败": report["failed"]}.items())
    lines = [f"{counts}（{report['seconds']:.1f}秒）。"]
    lines += [f"取得原文：{doc_id}；原来的内容见 kb show {doc_id} --version" for doc_id in report["fetched"]]
    lines += [f"没有网址：{doc_id}；请在清单中写明 url，或下载后 kb ingest" for doc_id in report["without_url"]]
    lines += [f"失败：{row['path']}：{row['reason']}" for row in report["failed"]]
    return "\n".join(lines)


def clause_text(hit: Hit) -> str:
    """Return one clause with its address."""
    page = _in_brackets(on_page(hit.page, hit.doc.form))
    return f"《{hit.doc.title}》{hit.doc.doc_number} {hit.path} {hit.heading}{page}{remark(hit.doc.form)}\n{hit.text}"


def _in_brackets(page: str) -> str:
    return f"（{page.removeprefix('，')}）" if page else ""


def duties_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the ledger of duties, one line each, with its count."""
    lines = []
    for row in rows:
        groups = [
            ("牵头", row["leads"]),
            ("配合", row["supports"]),
            ("负责", row["responsible"]),
            ("地方", row["local"]),
        ]
        bodies = "；".join(f"{label}：{'、'.join(names)}" for label, names in groups if names)
        lines.append(
            f"{row['doc_number'] or row['doc_id']} {row['path']} {_clip(row['task'], 30)}  {bodies}{_note(row)}"
        )
    return "\n".join([*lines, f"共{len(rows)}项。"])


def targets_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the ledger of targets, one line each, with its count."""
    lines = [
        f"{row['doc_number'] or row['doc_id']} {row['path']} {row['indicator']}：{row['relation']} {row['value']}"
        + (f"—{row['value_max']}" if row["value_max"] else "")
        + row["unit"]
        + (f"（比{row['baseline_year']}年）" if row["baseline_year"] else "")
        + (f" 到{row['deadline_year']}年" if row["deadline_year"] else "")
        + _note(row)
        for row in rows
    ]
    return "\n".join([*lines, f"共{len(rows)}项。"])


def align_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return indicators and tasks side by side, each document after the first with how it stands to the first."""
    if not any(sum(cell is not None for cell in row["cells"]) > 1 for row in rows):
        return "这些文件没有相同的指标或任务。"
    blocks = []
    for row in rows:
        if sum(cell is not None for cell in row["cells"]) > 1:
            stands = ["", *(f"；与第一份相比：{word}" for word in relations(row))]
            blocks.append(f"{row['indicator']}（把握{row['confidence']}；{row['reason']}）")
            blocks += [
                f"  {cell['doc_number'] or cell['doc_id']} {said(cell)}{remark(cell['form'])}{word}"
                for cell, word in zip(row["cells"], stands, strict=True) if cell
            ]  # fmt: skip
    alone = [row for row in rows if row["relation"] == "absent"]
    blocks += [f"没有对应：{len(alone)}项（用 --json 或 -o 查看）。"] * bool(alone)
    return "\n".join(blocks)


def findings_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return findings by kind, each with its evidence."""
    if not rows:
        return "没有发现。"
    lines: list[str] = []
    for label in dict.fromkeys(row["label"] for row in rows):
        own = [row for row in rows if row["label"] == label]
        lines.append(f"{label}（{len(own)}）")
        for row in own:
            lines.append(f"  {row['text']}")
            lines += [f"    {place(e)}：“{_clip(e['quote'], 60)}”" for e in row["evidence"]]
    return "\n".join(lines)


def report_text(report: IngestReport) -> str:
    """Return what an ingest did."""
    lists = {"新增": report.added, "未变": report.unchanged, "更新": report.replaced, "失败": report.failed}
    counts = "，".join(f"{name}{len(rows)}" for name, rows in {**lists, "跳过": report.skipped}.items())
    lines = [f"{counts}（{report.seconds:.1f}秒）。"]
    lines += [f"失败：{failure.path}：{failure.reason}" for failure in report.failed]
    lines += [f"未读全：{part.path}：{part.reason}" for part in report.partial]
    lines += [f"跳过（不读这种格式）：{path}" for path in report.skipped]
    return "\n".join(lines)


def checks_text(checks: Sequence[Check]) -> str:
    """Return the state of the stores, one line a check."""
    return "\n".join(f"{'正常' if check.passed else '异常'}  {check.name}：{check.detail}" for check in checks)


def trained_text(made: Mapping[str, Any]) -> str:
    """Return what ``kb train`` made, what it is worth on clauses it was not shown, and how to use it."""
    lines = [f"已用{made['clauses']}条条款训练，新增{made['new_words']}个词，模型写到 {made['folder']}。"]
    before, after = ({k: f"{v:.0%}" for k, v in made[name].items()} for name in ("before", "after"))
    lines.append(
        f"留出的条款（没有用来训练），按其中五个词检索：排在第一的由{before['recall@1']}到{after['recall@1']}，"
        f"在前十的由{before['recall@10']}到{after['recall@10']}。"
    )
    if not made["gained"]:
        lines.append("没有比随包模型更好，建议继续用随包模型；文件多了再训练。")
    lines.append(f"使用：设 KB_EMBEDDING={made['folder']}，再运行 kb rebuild。")
    return "\n".join(lines)


def unread_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return what could not be read into the ledgers, one line each; nothing where all was read."""
    return "".join(
        f"\n未读入  {row['doc_number'] or row['doc_id']} {address_name(row['path'])}"
        f"{_in_brackets(on_page(row['page'], row['form']))}{remark(row['form'])}："
        f"{row['reason']}。原文：{_clip(' '.join(row['quote'].split()), 60)}"
        for row in rows
    )


def unsure_text(cards: Sequence[DocumentCard]) -> str:
    """Return how much of which scans was not read with confidence, one line each; nothing where all was."""
    return "".join(f"\n把握不大  《{card.title}》有{card.uncertain}处文字识别把握不大，请核对原件" for card in cards)


def _clip(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit] + "……"
