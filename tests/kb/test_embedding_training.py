"""The training script on an invented corpus: reading, cutting, pairs, and a run that repeats exactly."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import PolicyError
from kb.embedding import corpus, material, pairs, vocabulary
from kb.embedding.corpus import Unit
from kb.embedding.static import StaticModel
from kb.embedding.vocabulary import Asked, Ragged, Situation, Term, Words

SUBJECTS = "渔船 果园 温室 码头 锅炉 井盖 路灯 校车 茶园 粮仓 苗圃 窑炉 货场 冷库 磨坊 盐田"
ACTS = "登记 检修 评估 巡查 补种 消毒 限速 抽检 备案 清淤 通风 防冻"
TERMS = [
    Term("检修", ("修理", "大修"), ("repair",), "把坏了的设备修好"),
    Term("渔船", ("打鱼的船",), ("fishing boat",)),
    Term("没有出现过的说法", ("冷僻话",), ("unseen thing",)),
]
SITUATIONS = (Situation(("船坏了", "漏水的船"), ("渔船",)), Situation(("外星人",), ("飞碟",)))
ASKED = (
    Asked("打鱼的船多久查一遍", "渔船管理条例", ("二",)),
    Asked("月亮上能种菜吗", "月球条例", ("一",)),
)
WORDS = Words(tuple(TERMS), SITUATIONS, ("呢", "怎么办"), ("how",), ASKED)


def law(title: str, articles: list[str], *, heading: str = "第一章 总则") -> str:
    """Write one law in the Markdown of the training corpus."""
    numbers = "一二三四五六七八九"
    body = "\n\n".join(f"第{numbers[i]}条 {text}" for i, text in enumerate(articles))
    return f"# {title}\n\n某年某月 通过\n\n<!-- INFO END -->\n\n## {heading}\n\n{body}\n"


def invented_laws() -> dict[str, str]:
    """Return file names and texts of sixteen laws of six articles."""
    laws, acts = {}, ACTS.split()
    for i, subject in enumerate(SUBJECTS.split()):
        articles = [
            f"{subject}的{acts[(i + j) % 12]}每年进行一次，由镇里负责。{subject}{acts[(i + j + 3) % 12]}后应当公示，"
            f"并报送{acts[(i + 2 * j) % 12]}结果。违反本条例第{'一二三四五六'[(j + 1) % 6]}条的，予以警告。"
            for j in range(6)
        ]
        laws[f"地方/{subject}条例(2020-01-0{1 + i % 9}).md"] = law(f"{subject}管理条例", articles)
    return laws


@pytest.fixture(scope="module")
def laws_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("laws")
    for name, text in invented_laws().items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def policies_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("policies")
    text = (
        "关于印发冷库节能方案的通知\n一、总体要求\n（一）冷库检修优先。推广低温保温材料，\n"
        "减少冷库用电。\n（二）粮仓通风。改造粮仓通风设备，降低用电。\n"
    )
    (folder / "方案.txt").write_text(text, encoding="utf-8")
    (folder / "表.csv").write_text("a,b\n", encoding="utf-8")
    (folder / "坏.pdf").write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def units(laws_folder, policies_folder) -> list[Unit]:
    return corpus.read_laws(laws_folder) + corpus.read_policies(policies_folder)


@pytest.fixture(scope="module")
def tokenizer(units):
    return vocabulary.build_tokenizer(vocabulary.count_words([u.text for u in units]), TERMS, min_count=2)


@pytest.fixture(scope="module")
def gathered(units, tokenizer):
    pytest.importorskip("sklearn", reason="没有安装 scikit-learn（dev 附加项）")
    return material.gather(units, WORDS, tokenizer, seed=3)


def tar_of(members: dict[str, bytes], path: Path) -> Path:
    """Pack members under exactly these names, hostile ones too."""
    with tarfile.open(path, "w:xz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def test_folder_and_tar_give_the_same_articles(laws_folder, tmp_path):
    packed = tar_of({f"./{n}": t.encode() for n, t in invented_laws().items()}, tmp_path / "laws.tar.xz")
    assert corpus.read_laws(packed) == corpus.read_laws(laws_folder)


def test_a_tar_is_read_without_writing_anything(tmp_path):
    text = law("船闸条例", ["船闸由航道单位看管，夜间关闭。"]).encode()
    outside = {"../../evil.md": text, "/abs/evil2.md": text, "notes.txt": text}
    packed = tar_of(outside, tmp_path / "laws.tar.xz")
    assert {unit.title for unit in corpus.read_laws(packed)} == {"船闸条例"}
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["laws.tar.xz"]
    assert not (tmp_path.parent.parent / "evil.md").exists()


def test_links_in_a_tar_are_passed_over(tmp_path):
    path = tar_of({"a.md": law("水车条例", ["水车每年检修一次，费用由村里承担。"]).encode()}, tmp_path / "l.tar")
    with tarfile.open(path, "w") as archive:
        link = tarfile.TarInfo("b.md")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)
    with pytest.raises(PolicyError, match="没有可用的法律文本"):
        corpus.read_laws(path)


def test_only_the_newest_version_of_a_law_counts(tmp_path):
    for date, word in (("2001-05-01", "旧船"), ("2019-05-01", "新船"), ("2010-05-01", "中船")):
        text = law("渡口条例", [f"{word}应当在渡口登记后才能载客。"])
        (tmp_path / f"渡口条例({date}).md").write_text(text, encoding="utf-8")
    assert [unit.text for unit in corpus.read_laws(tmp_path)] == ["新船应当在渡口登记后才能载客。"]


@pytest.mark.parametrize("make", [lambda p: p / "没有", lambda p: p], ids=["missing", "empty"])
def test_laws_that_cannot_be_had_are_refused_in_chinese(tmp_path, make):
    with pytest.raises(PolicyError, match="法律文本"):
        corpus.read_laws(make(tmp_path))


def test_articles_keep_their_paragraphs_and_lose_their_label():
    text = law(
        "集市条例", ["集市每逢五开放，由摊主自行清扫。\n\n（一）卖菜的；\n\n（二）卖布的。"], heading="第二章 开放"
    )
    (unit,) = corpus.law_units(text)
    assert unit == Unit(
        "law", "集市条例", "第二章 开放", "一", "集市每逢五开放，由摊主自行清扫。\n（一）卖菜的；\n（二）卖布的。"
    )


def test_policy_items_are_joined_and_told_apart(units):
    policy = [unit for unit in units if unit.kind == "policy"]
    assert [unit.text for unit in policy if unit.heading] == [
        "（一）冷库检修优先。推广低温保温材料，减少冷库用电。",
        "（二）粮仓通风。改造粮仓通风设备，降低用电。",
    ]
    assert {unit.title for unit in policy} == {"关于印发冷库节能方案的通知"}


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("— 12 —", False),
        ("第一章 总则 ........ 3", False),
        ("冷库节能 改造先行，逐年推进。", True),
        ("12 台风机", True),
    ],
)
def test_page_furniture_is_left_out_of_policies(line, kept):
    (unit,) = corpus.policy_units(["一、节能安排如下", "（一）总的安排是先易后难。", line])
    assert (line.replace(" ", "")[:4] in unit.text.replace(" ", "")) is kept


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("渔船，检修！", ["渔船", "检修"]),
        ("ＦＩＳＨＩＮＧ　boat", ["▁fishing", "▁boat"]),
        ("boathouse不是boat", ["▁boat", "[UNK]", "[UNK]", "▁boat"]),
        ("2,000吨", ["2", "0", "0", "0", "[UNK]"]),
        ("", []),
        ("（）——…", []),
    ],
)
def test_tokenizer_cuts_words_and_drops_the_rest(tokenizer, text, tokens):
    ids = set(tokenizer.get_vocab())
    assert [token if token in ids else "[UNK]" for token in tokenizer.encode(text).tokens] == tokens


def test_rare_words_fall_apart_into_characters(units):
    counts = vocabulary.count_words(["巡查渔船"] * 5 + ["一艘舢舨停靠"])
    assert counts["舢"] >= 1
    cut = vocabulary.build_tokenizer(counts, [], min_count=5)
    assert cut.encode("舢舨").tokens == ["舢", "舨"]


def test_encode_leaves_unknown_characters_out(tokenizer):
    rows = vocabulary.encode(tokenizer, ["渔船龘", "龘", "渔船"])
    assert [len(rows[i]) for i in range(3)] == [1, 0, 1]
    assert rows[0].tolist() == rows[2].tolist()


def test_read_terms_merges_all_shapes_of_tables(tmp_path):
    (tmp_path / "a.toml").write_text(
        '[[term]]\nzh = "检修"\naliases = ["修理"]\nen = ["Repair"]\nlay = ["弄好"]\nexplain = "修好"\n'
        '[[term]]\nzh = "孤词"\n[[lay]]\nsay = ["坏了"]\nmean = ["检修", "报废", "第三"]\n'
        '[english]\nmend = ["检修"]\n[words]\n"检修" = ["整修", "fix"]\n',
        encoding="utf-8",
    )
    terms = vocabulary.read_terms(tmp_path / "a.toml", tmp_path / "没有.toml")
    assert terms == [
        Term("检修", ("修理", "弄好", "坏了", "整修"), ("repair", "mend", "fix"), "修好"),
        Term("报废", ("坏了",), ()),
    ]


def test_read_words_adds_situations_and_fillers(tmp_path):
    (tmp_path / "a.toml").write_text(
        'filler = ["呢", "how"]\nlay = [{ say = ["船坏了"], mean = ["渔船", "检修"] }]\n', encoding="utf-8"
    )
    (tmp_path / "b.jsonl").write_text('{"question": "船多久修", "law": "渔船条例", "articles": ["二"]}\n', "utf-8")
    words = vocabulary.read_words(tmp_path / "a.toml", tmp_path / "b.jsonl", tmp_path / "没有.toml")
    assert words.situations == (Situation(("船坏了",), ("渔船", "检修")),)
    assert words.asked == (Asked("船多久修", "渔船条例", ("二",)),)
    assert (words.fillers, words.english_fillers) == (("呢",), ("how",))


def test_situations_lead_to_the_units_that_use_their_official_words(gathered, units):
    made, _ = gathered
    known, unknown = made.answers[0], made.answers[1]
    assert len(known)
    assert all("渔船" in units[i].title + units[i].text for i in known)
    assert not len(unknown)


def test_a_situation_asks_first_for_units_that_print_its_words_as_they_stand():
    texts = ["果园登记由镇里负责。", "渔船检修由镇里负责。", "检修渔船由镇里负责。"]
    units = [Unit("law", "条例", "", "", text) for text in texts]
    shares = material._printed(("渔船检修", "镇里"), (3.0, 1.0), units)
    assert shares.tolist() == [0.25, 1.0, 0.25]


def test_a_question_asks_for_the_articles_that_answer_it(gathered, units, tokenizer):
    made, _ = gathered
    question, elsewhere = made.says[2], made.answers[3]
    assert [ids.tolist() for ids in question] == [
        [i for i in tokenizer.encode(ASKED[0].question, add_special_tokens=False).ids if i]
    ]
    assert [(units[i].title, units[i].number) for i in made.answers[2]] == [("渔船管理条例", "二")]
    assert not len(elsewhere)


def test_behind_its_articles_a_question_asks_for_the_likest_of_the_country_each_text_once():
    country = [f"中华人民共和国{name}法" for name in ("果园", "渔船", "船闸", "船坞", "码头", "航标", "井盖")]
    texts = ["果园登记。", "渔船检修。", "船闸检修。", "船闸检修。", "码头检修。", "航标检修。", "井盖检修。"]
    units = [Unit("law", title, "", "一", text) for title, text in zip(country, texts, strict=True)]
    units.append(Unit("law", "某市船闸条例", "", "一", "本市船闸检修。"))
    likeness = np.array([0.1, 1.0, 0.9, 0.8, 0.7, 0.6, 0.4, 0.95])
    vectors = np.stack([likeness, np.sqrt(1 - likeness**2)], axis=1).astype(np.float32)
    found = material._answered([Asked("船坏了找谁", country[1], ("一",))], units, vectors)
    assert [row.tolist() for row in found] == [[1, 2, 4, 5]]


def test_a_situation_asks_in_everyday_words_for_units_that_are_not_held_out(gathered, units):
    made, _ = gathered
    kept = np.asarray(made.answers[0])[1:].astype(np.int64)
    maker = pairs.PairMaker(made, np.sort(kept), seed=2)
    drawn = [maker._situation_pair() for _ in range(30)]
    assert {unit for _, _, unit in drawn} <= set(kept.tolist())
    said = {token for say in made.says[0] for token in say.tolist()}
    assert all(said & set(query.tolist()) for query, _, _ in drawn)


def test_terms_are_found_inside_rows_only_and_the_longer_wins():
    values = np.array([1, 2, 3, 1, 2, 1], dtype=np.int32)
    starts = np.array([0, 4, 6])
    words = [np.array(w, dtype=np.int32) for w in ([1], [1, 2], [1, 2, 3], [3, 1, 2], [])]
    at, length = pairs.find_terms(values, starts, words)
    assert at.tolist() == [2, -1, -1, 0, -1, 0]
    assert length.tolist() == [3, 1, 1, 1, 1, 1]


def test_material_keeps_the_words_in_order(gathered, units, tokenizer):
    made, _ = gathered
    for unit in (0, 7, len(units) - 1):
        low, high = made.clauses.starts[made.first_clause[unit]], made.clauses.starts[made.first_clause[unit + 1]]
        whole = [i for i in tokenizer.encode(units[unit].text).ids if i]
        assert made.clauses.values[low:high].tolist() == whole


def test_citations_join_the_articles_they_name(gathered, units):
    made, _ = gathered
    assert len(made.citations) > 50
    for citing, cited in made.citations:
        assert f"第{units[cited].number}条" in units[citing].text
        assert units[citing].title == units[cited].title


def test_twins_come_from_different_laws(gathered, units):
    made, _ = gathered
    assert all(units[a].title != units[b].title for a, b in made.twins)


def test_words_that_the_corpus_lacks_start_near_their_official_word(gathered, tokenizer):
    _, table = gathered
    boat, official, other = (table[tokenizer.token_to_id(word)] for word in ("▁boat", "渔船", "盐田"))
    cosine = [float(boat @ v / np.linalg.norm(boat) / np.linalg.norm(v)) for v in (official, other)]
    assert cosine[0] > cosine[1] + 0.3
    assert not table[0].any()


def test_batches_repeat_for_a_seed_and_differ_between_seeds(gathered, units):
    made, _ = gathered
    everything = np.arange(len(units))
    first, again, other = (pairs.PairMaker(made, everything, seed=s).batch(64) for s in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first[0], again[0], strict=True))
    assert any(not np.array_equal(a, b) for a, b in zip(first[0], other[0], strict=True))
    assert all(len(q) and 0 < len(d) <= pairs.MAX_DOCUMENT_TOKENS for q, d in zip(first[0], first[1], strict=True))
    assert (first[2] < len(units)).all()


def test_held_out_units_are_never_targets(gathered, units):
    made, _ = gathered
    kept = np.arange(0, len(units), 2)
    _, _, groups = pairs.PairMaker(made, kept, seed=1).batch(400)
    assert set(groups.tolist()) <= set(made.group[kept].tolist())


def test_removed_span_is_missing_from_the_document(gathered):
    made, _ = gathered
    maker = pairs.PairMaker(made, np.arange(len(made.first_clause) - 1), seed=4)
    whole = maker._document(0, titled=False)
    first = int(made.first_clause[0])
    rest = maker._document(0, without=(first, first + 1), titled=False)
    assert whole.tolist() == made.clauses[first].tolist() + rest.tolist()
    assert len(rest) < len(whole)


def test_equal_documents_are_no_negatives_of_each_other():
    torch = pytest.importorskip("torch", reason="没有安装 torch（neural 附加项）")
    from kb.embedding.learning import _loss

    rows = torch.nn.functional.normalize(torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), dim=1)
    apart = _loss(rows, rows, torch.tensor([0, 1, 2]), [2])
    together = _loss(rows, rows, torch.tensor([0, 0, 2]), [2])
    assert float(together) < 1e-6 < 0.4 < float(apart)


@pytest.fixture(scope="module")
def trained(laws_folder, policies_folder, tmp_path_factory) -> list[Path]:
    """Three runs of the command line: seed 5, seed 5 in another process, seed 6."""
    for library in ("torch", "scipy", "sklearn"):
        pytest.importorskip(library, reason=f"没有安装 {library}（neural、dev 附加项）")
    from kb.embedding.train import main

    first, again, other = (tmp_path_factory.mktemp("model") / name for name in ("甲", "乙", "丙"))
    given = ["--laws", str(laws_folder), "--policies", str(policies_folder), "--steps", "6", "--batch", "64"]
    assert main([*given, "--seed", "5", "--out", str(first)]) == 0
    assert main([*given, "--seed", "6", "--out", str(other)]) == 0
    elsewhere = [sys.executable, "-m", "kb.embedding.train", *given, "--seed", "5", "--out", str(again)]
    subprocess.run(elsewhere, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": "7"})
    return [first, again, other]


def test_one_seed_gives_one_model_and_another_seed_another(trained):
    same, again, other = ((folder / "model.safetensors").read_bytes() for folder in trained)
    assert same == again
    assert same != other
    assert (trained[0] / "tokenizer.json").read_bytes() == (trained[2] / "tokenizer.json").read_bytes()
    told = [json.loads((folder / "training.json").read_text("utf-8")) | {"seconds": 0} for folder in trained]
    assert told[0] == told[1] != told[2]
    assert told[0]["made"]["model.safetensors"] == hashlib.sha256(same).hexdigest()


def test_the_folder_loads_and_names_no_path(trained, laws_folder):
    model = StaticModel.load(trained[0])
    assert model.encode(["渔船检修"]).any()
    for path in trained[0].rglob("*.json"):
        assert str(laws_folder) not in path.read_text(encoding="utf-8")
        json.loads(path.read_text(encoding="utf-8"))


def test_the_folder_loads_in_sentence_transformers(trained):
    library = pytest.importorskip("sentence_transformers", reason="没有安装 sentence-transformers（neural 附加项）")
    theirs = library.SentenceTransformer(str(trained[0]), device="cpu").float()
    texts = ["渔船检修由谁负责", "", "fishing boat repair"]
    assert (
        np.abs(theirs.encode(texts, show_progress_bar=False) - StaticModel.load(trained[0]).encode(texts)).max() <= 1e-6
    )


def test_training_learns(trained, units):
    """After a few steps an everyday name lies nearer to articles with the official word than to others."""
    model = StaticModel.load(trained[0])
    query = model.encode(["打鱼的船"])[0]
    about = model.encode([u.text for u in units if "渔船" in u.text])
    rest = model.encode([u.text for u in units if "渔船" not in u.text])
    assert float((about @ query).mean()) > float((rest @ query).mean()) + 0.1


def test_missing_laws_end_with_one_line(tmp_path, capsys):
    from kb.embedding.train import main

    assert main(["--laws", str(tmp_path / "没有"), "--out", str(tmp_path / "m")]) == 1
    assert "找不到法律文本" in capsys.readouterr().err
    assert not (tmp_path / "m").exists()


def test_ragged_rows_come_back():
    rows = [np.array(r, dtype=np.int32) for r in ([1, 2], [], [3])]
    packed = vocabulary.ragged(rows)
    assert isinstance(packed, Ragged)
    assert [packed[i].tolist() for i in range(len(packed))] == [[1, 2], [], [3]]


def test_ranks_count_the_nearer_units_and_not_the_equal_ones():
    from kb.embedding.evaluate import ranks

    class Fixed:
        def encode(self, texts):
            return np.array([[1.0, 0.0]] * len(texts), dtype=np.float32)

    units = np.array([[0.2, 0], [0.9, 0], [0.2, 0], [0.5, 0]], dtype=np.float32)
    assert ranks(Fixed(), ["甲", "乙"], [[0, 1], [3]], units) == [[2, 0], [1]]


def test_every_question_names_one_source_and_what_answers_it():
    from kb.embedding.evaluate import QUESTIONS

    questions = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    assert len({q["question"] for q in questions}) == len(questions) == 258
    assert all(bool(q.get("articles")) != bool(q.get("items")) for q in questions)
    assert all(("law" in q) == ("articles" in q) and ("policy" in q) == ("items" in q) for q in questions)
