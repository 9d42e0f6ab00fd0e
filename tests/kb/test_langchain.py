"""The LangChain door: Documents that can be cited, chunks that respect the text, errors as everywhere else."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda
from langchain_text_splitters import TextSplitter
from pydantic import ValidationError

from ingest.organs import find_bodies
from ingest.outline import build_outline
from ingest.words import domain_segmenter
from kb.errors import EmptyQuestion, UnknownDocument
from kb.langchain import ClauseTextSplitter, PolicyRetriever, to_document

ROOT = Path(__file__).resolve().parents[2]
QUERIES = [
    "挥发性有机物综合治理",
    "畜禽粪污资源化利用",
    "国发〔2021〕33号",
    "三（九）",
    "green lighting in public buildings",
]
CITATION = {"doc_id", "title", "doc_number", "path", "heading", "page", "start", "end", "form", "status"}


@pytest.mark.parametrize("query", QUERIES)
def test_documents_are_the_hits_with_their_citation(kb, query):
    documents = kb.as_retriever(k=6).invoke(query)
    hits = kb.search(query, 6)
    assert [(d.metadata["doc_id"], d.metadata["path"]) for d in documents] == [(h.doc.doc_id, h.path) for h in hits]
    assert documents and len({d.id for d in documents}) == len(documents)
    for document, hit in zip(documents, hits, strict=True):
        cited = document.metadata
        assert not CITATION - set(cited) and json.dumps(cited)
        source = kb.document(cited["doc_id"])
        assert document.page_content == source.text[cited["start"] : cited["end"]].strip() != ""
        assert cited["page"] == source.page_of(cited["start"]) and cited["heading"] == hit.heading
        assert (cited["title"], cited["doc_number"], cited["form"]) == (hit.doc.title, hit.doc.doc_number, hit.doc.form)


def test_every_way_of_calling_gives_the_same(kb):
    retriever = kb.as_retriever(k=3)
    assert isinstance(retriever, BaseRetriever) and isinstance(retriever, PolicyRetriever)
    one_by_one = [retriever.invoke(query) for query in QUERIES]
    assert all(len(documents) == 3 for documents in one_by_one)
    assert retriever.batch(QUERIES) == one_by_one

    async def together():
        return await asyncio.gather(*(retriever.ainvoke(query) for query in QUERIES))

    assert asyncio.run(together()) == one_by_one
    addresses = retriever | RunnableLambda(lambda documents: [d.metadata["path"] for d in documents])
    assert addresses.invoke(QUERIES[0]) == [d.metadata["path"] for d in one_by_one[0]]


def test_docs_restrict_the_search(kb):
    everywhere = {d.metadata["doc_number"] for d in kb.as_retriever(k=10).invoke("节能减排")}
    within = PolicyRetriever(knowledge_base=kb, k=10, docs=("国发〔2021〕33号",)).invoke("节能减排")
    assert len(everywhere) > 1 and {d.metadata["doc_number"] for d in within} == {"国发〔2021〕33号"}
    assert {d.metadata["form"] for d in within} == {"digest"}


def test_an_amended_document_says_so(kb):
    from dataclasses import replace

    hit = kb.search("节能", 1)[0]
    assert to_document(hit).metadata["status"] == hit.doc.status == "in_force"
    amended = replace(hit, doc=replace(hit.doc, amended_by=("云政发〔2026〕3号",)))
    assert to_document(amended).metadata["status"] == "amended"
    superseded = replace(hit, doc=replace(hit.doc, status="superseded", amended_by=("云政发〔2026〕3号",)))
    assert to_document(superseded).metadata["status"] == "superseded"


def test_what_cannot_be_searched_is_an_error(kb):
    with pytest.raises(EmptyQuestion):
        kb.as_retriever().invoke("？！")
    with pytest.raises(UnknownDocument):
        PolicyRetriever(knowledge_base=kb, docs=("云政发〔1999〕1号",)).invoke("节能")
    for k in (0, -1):
        with pytest.raises(ValidationError):
            kb.as_retriever(k=k)


WITHOUT_LANGCHAIN = """
import sys
from pathlib import Path

sys.modules.update(dict.fromkeys(["langchain", "langchain_core", "langchain_text_splitters"]))

from kb import KnowledgeBase
from kb.errors import ModelUnavailable
from kb.settings import Settings

address = "http://127.0.0.1:9/v1"
with KnowledgeBase(Settings(home=Path(sys.argv[1]), llm="openai:demo", llm_base_url=address)) as kb:
    try:
        kb.as_retriever()
    except ModelUnavailable as error:
        print(error)
    answer = kb.ask("挥发性有机物综合整治有哪些措施？")
    print(answer.composer, *(c.detail for c in answer.checks if not c.passed))
"""


def test_without_the_extra_one_line_says_what_to_install(home):
    run = [sys.executable, "-c", WITHOUT_LANGCHAIN, str(home)]
    lines = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("LangChain 接口不能使用：未安装 langchain_core") and "policy-kb[llm]" in lines[0]
    assert lines[1].startswith("extractive 语言模型未能作答（未安装 langchain") and "llm 附加包" in lines[1]


# the splitter

NOTICE = """云河市人民政府办公室关于印发《云河市节约用水行动方案》的通知
云政办发〔2024〕7号
一、总体要求
坚持节水优先，到2027年，全市万元地区生产总值用水量比2022年下降13.5%，再生水利用率达到28%以上。
（一）工业节水。推动高耗水行业改造，由市工业和信息化局牵头，市水务局、各县（市、区）人民政府、高新技术产业开发区管理委员会配合，\
严格落实取用水定额、计量监控、超定额累进加价和水平衡测试等制度，对年取水量1,930万立方米以上的单位逐户核查。
（二）农业节水
1.推广喷灌、滴灌。2.改造渠系。〔市农业农村局负责〕
二、保障措施
（一）加强领导。县（市、区）人民政府对本地区节水工作负总责。
"""
LABELS = ["一、", "二、", "（一）", "（二）", "1.", "第一条 ", "第二条 ", "附件1\n", "第一章 总则\n"]
MARKS = ["\n", "。", "；", " ", "\u3000", "\r\n", "（", "”"]
PIECES = [*LABELS, *MARKS, *NOTICE.splitlines(), *NOTICE.replace("\n", "").split("。")]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=14).map("".join)


def split(text: str, size: int) -> list[tuple[int, int]]:
    documents = ClauseTextSplitter(size, add_start_index=True).create_documents([text])
    assert [d.page_content for d in documents] == ClauseTextSplitter(size).split_text(text)
    for document in documents:
        at = document.metadata["start_index"]
        assert text[at : at + len(document.page_content)] == document.page_content != ""
    return [(d.metadata["start_index"], d.metadata["start_index"] + len(d.page_content)) for d in documents]


def check(text: str, size: int) -> None:
    spans = split(text, size)
    assert all(end - start <= size for start, end in spans)
    kept = [False] * len(text)
    at = 0
    for start, end in spans:
        assert start >= at, "chunks stand in order and do not overlap"
        at = end
        kept[start:end] = [True] * (end - start)
    assert all(char.isspace() for char, held in zip(text, kept, strict=True) if not held), "only blanks are lost"
    edges = {edge for span in spans for edge in span}
    for clause in build_outline(text):
        first, last = clause.span.start, clause.span.end
        assert not any(start < edge < end for start, end in spans for edge in (first, last)), "no clause is crossed"
        own = text[first:last]
        words = [(word, a, b) for word, a, b in domain_segmenter().spans(own) if not word.isspace()]
        for word, a, b in (*words, *find_bodies(own)):
            if b - a <= size // 3:
                assert not any(first + a < edge < first + b for edge in edges), f"{word} is cut"


@settings(max_examples=60, deadline=None)
@given(text=TEXTS, size=st.integers(60, 400))
def test_chunks_respect_the_text_whatever_it_is(text, size):
    check(text, size)


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=200), size=st.integers(1, 30))
def test_size_and_loss_hold_for_any_characters_and_tiny_sizes(text, size):
    spans = split(text, size)
    assert all(0 < end - start <= size for start, end in spans)
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())


@pytest.mark.parametrize("size", [60, 120, 280])
def test_chunks_respect_the_bundled_documents(kb, size):
    for card in kb.documents():
        check(kb.document(card.doc_id).text, size)


def test_names_that_no_dictionary_lists_stay_whole():
    text = NOTICE.splitlines()[4]
    names = [text[a:b] for _, a, b in find_bodies(text)]
    assert "各县（市、区）人民政府" in names and "高新技术产业开发区管理委员会" in names
    for size in range(26, 120):
        chunks = ClauseTextSplitter(size).split_text(text)
        assert all(any(name in chunk for chunk in chunks) for name in names)
        assert any("1,930" in chunk for chunk in chunks)


def test_repeated_words_are_told_apart_by_their_place():
    same = split("水" * 30, 7)
    assert len(same) >= 5 and [end for _, end in same] == [start for start, _ in same[1:]] + [30]
    twice = "一、节水。\n节水优先。节水优先。\n二、节水。\n节水优先。"
    assert [start for start, _ in split(twice, 6)] == [0, 6, 11, 17, 23]


def test_it_is_a_text_splitter():
    splitter = ClauseTextSplitter(80, add_start_index=True)
    assert isinstance(splitter, TextSplitter)
    source = Document(page_content=NOTICE, metadata={"title": "云河市节约用水行动方案"})
    documents = splitter.split_documents([source, source])
    assert {d.metadata["title"] for d in documents} == {"云河市节约用水行动方案"}
    half = len(documents) // 2
    assert documents[:half] == documents[half:] and half > 5
    assert list(splitter.transform_documents([source])) == documents[:half]


@pytest.mark.parametrize("text", ["", " \n\u3000\r\n"])
def test_nothing_gives_no_chunks(text):
    assert ClauseTextSplitter().split_text(text) == []


@pytest.mark.parametrize("size", [0, -5])
def test_a_size_below_one_is_refused(size):
    with pytest.raises(ValueError, match="chunk_size"):
        ClauseTextSplitter(size)
