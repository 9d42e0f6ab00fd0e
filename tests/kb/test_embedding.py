"""The bundled model and its loader: same vectors as sentence-transformers, sensible neighbours, clear refusals."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.document import Span
from kb.embedding import BUNDLED_FOLDER, load_encoder
from kb.embedding.static import StaticModel, is_static
from kb.errors import ModelUnavailable
from kb.intake.embedding import HEADED, vectors
from kb.store.registry import StoredPassage

PARITY = [
    "餐饮油烟由哪个部门管理？",
    "节能",
    "",
    "   \n\t　",
    "，。！？；：“”（）〔〕《》、…—",
    "龘靐齉爩的治理",
    "ＶＯＣｓ　（挥发性有机物）：排放总量下降１０％！",
    "Who is responsible for VOC emissions in Lindong County?",
    "到2030年，PM2.5浓度下降12.5%，用水2,400万立方米。",
    "émission — naïve façade",
    "水" * 3000,
    "推进工业炉窑深度治理，严格控制无组织排放；" * 200,
]
# a query, the clause it should be nearest to, and clauses on other matters
NEIGHBOURS = [
    (
        "开车喝了酒",
        "饮酒后驾驶机动车的，由交通管理部门暂扣驾驶证。",
        ["农村集体土地由村民小组经营。", "商标专用权自核准注册之日起计算。"],
    ),
    (
        "老板不给工资",
        "用人单位拖欠劳动报酬的，劳动者可以申请仲裁。",
        ["城市绿地不得擅自占用。", "渔业资源实行捕捞限额。"],
    ),
    ("VOC治理", "推进挥发性有机物综合整治。", ["完善职工养老保险制度。", "加强档案安全保管。"]),
    (
        "charging piles for electric vehicles",
        "加快新能源汽车充电基础设施建设。",
        ["健全农村污水处理体系。", "加强未成年人保护。"],
    ),
    ("coal consumption", "严格控制煤炭消费。", ["推进绿色建筑发展。", "规范旅游市场秩序。"]),
    ("sewage treatment", "完善城镇污水处理设施。", ["推进风电开发。", "严格审批高耗能项目。"]),
]


@pytest.fixture(scope="module")
def model() -> StaticModel:
    return StaticModel.load(BUNDLED_FOLDER)


@pytest.fixture(scope="module")
def reference():
    library = pytest.importorskip("sentence_transformers", reason="没有安装 sentence-transformers（neural 附加项）")
    return library.SentenceTransformer(str(BUNDLED_FOLDER), device="cpu").float()


@pytest.mark.parametrize("text", PARITY, ids=range(len(PARITY)))
def test_same_vector_as_sentence_transformers(model, reference, text):
    theirs = reference.encode([text], show_progress_bar=False)
    assert np.abs(model.encode([text]) - theirs).max() <= 1e-6


def test_same_vectors_in_a_batch_of_mixed_lengths(model, reference):
    theirs = reference.encode(PARITY, show_progress_bar=False)
    ours = model.encode(PARITY)
    assert np.abs(ours - theirs).max() <= 1e-6
    assert np.abs(ours[0] - theirs[1]).max() > 1e-2


@given(st.lists(st.text(max_size=60), max_size=5))
@settings(max_examples=60, deadline=None)
def test_rows_have_length_one_or_zero(model, texts):
    vectors = model.encode(texts)
    assert vectors.shape == (len(texts), 256)
    assert vectors.dtype == np.float32
    norms = np.linalg.norm(vectors, axis=1)
    assert np.all((np.abs(norms - 1) < 1e-5) | (norms == 0))


@given(st.lists(st.sampled_from(PARITY), min_size=1, max_size=6))
@settings(max_examples=30, deadline=None)
def test_a_text_has_the_same_vector_in_any_company(model, texts):
    together = model.encode(texts)
    alone = np.concatenate([model.encode([text]) for text in texts])
    assert np.array_equal(together, alone)


def test_no_text_gives_no_rows(model):
    assert model.encode([]).shape == (0, 256)


@pytest.mark.parametrize("text", ["", "，。；", "\ud800", "🙂🙂"])
def test_text_without_words_gives_zeros(model, text):
    assert not model.encode([text]).any()


def test_punctuation_width_and_case_do_not_matter(model):
    plain, dressed = model.encode(["voc减排10项措施", "“ＶＯＣ”减排，１０项措施！"])
    assert np.allclose(plain, dressed, atol=1e-6)


def test_text_beyond_512_tokens_counts(model):
    head = "加强河道管理。" * 300
    long, short = model.encode([head + "发展氢能产业。" * 300, head])
    assert float(long @ short) < 0.99


@pytest.mark.parametrize(("query", "clause", "others"), NEIGHBOURS, ids=[case[0] for case in NEIGHBOURS])
def test_query_is_nearest_to_its_clause(model, query, clause, others):
    vectors = model.encode([query, clause, *others])
    scores = vectors[1:] @ vectors[0]
    assert scores[0] > scores[1:].max() + 0.1


def test_nested_dimensions_keep_the_order(model):
    vectors = np.concatenate([model.encode([q, c, *o]) for q, c, o in NEIGHBOURS[:1]])[:, :64]
    assert vectors[0] @ vectors[1] > max(vectors[0] @ other for other in vectors[2:])


def test_bundled_encoder_by_both_names():
    assert load_encoder().name == load_encoder(" bundled ").name
    assert re.fullmatch(r"policy-static-256-[0-9a-f]{12}", load_encoder().name)
    assert load_encoder().dimensions == 256


def copy_model(folder: Path, *, rows: int | None = None, seed: int = 1) -> Path:
    """Write a tiny static model of three words."""
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, models

    folder.mkdir()
    words = [("[UNK]", -9.0), ("水", -1.0), ("电", -2.0), ("节水", -1.5)]
    Tokenizer(models.Unigram(words, 0)).save(str(folder / "tokenizer.json"))
    table = np.random.default_rng(seed).normal(size=(rows or len(words), 8)).astype(np.float16)
    save_file({"embedding.weight": table}, folder / "model.safetensors")
    kinds = ["StaticEmbedding", "Normalize"]
    modules = [
        {"idx": i, "name": str(i), "path": "", "type": f"sentence_transformers.models.{k}"} for i, k in enumerate(kinds)
    ]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    return folder


def test_own_static_folder_is_loaded_by_path(tmp_path):
    encoder = load_encoder(str(copy_model(tmp_path / "自备模型")))
    assert isinstance(encoder, StaticModel)
    assert encoder.dimensions == 8
    assert encoder.name.startswith("自备模型-8-")


def test_name_changes_with_the_weights_and_only_with_them(tmp_path):
    (tmp_path / "甲").mkdir()
    (tmp_path / "乙").mkdir()
    (tmp_path / "丙").mkdir()
    first = StaticModel.load(copy_model(tmp_path / "甲" / "m"))
    same = StaticModel.load(copy_model(tmp_path / "乙" / "m"))
    other = StaticModel.load(copy_model(tmp_path / "丙" / "m", seed=2))
    assert first.name == same.name
    assert first.name != other.name


def test_model2vec_folder_with_mapping_and_weights(tmp_path):
    from safetensors.numpy import save_file

    folder = copy_model(tmp_path / "m")
    rows = np.eye(2, 8, dtype=np.float32)
    save_file(
        {"embeddings": rows, "mapping": np.array([0, 1, 1, 0]), "weights": np.array([0.0, 2.0, 1.0, 3.0])},
        folder / "model.safetensors",
    )
    vectors = StaticModel.load(folder).encode(["水电", "节水"])
    assert np.allclose(vectors, rows[[1, 0]])


def damage(folder: Path, how: str) -> None:
    """Spoil a model folder in one of the ways that downloads and copies go wrong."""
    if how == "cut table":
        content = (folder / "model.safetensors").read_bytes()
        (folder / "model.safetensors").write_bytes(content[: len(content) // 2])
    elif how == "no tokenizer":
        (folder / "tokenizer.json").unlink()
    elif how == "not a tokenizer":
        (folder / "tokenizer.json").write_text("<html>404</html>", encoding="utf-8")
    elif how == "no table":
        (folder / "model.safetensors").unlink()


@pytest.mark.parametrize("how", ["cut table", "no tokenizer", "not a tokenizer", "no table"])
def test_damaged_folder_is_refused_in_one_line(tmp_path, how):
    folder = copy_model(tmp_path / "m")
    damage(folder, how)
    with pytest.raises(ModelUnavailable) as caught:
        load_encoder(str(folder))
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert re.search("[一-鿿]{4}", str(caught.value))


def test_table_shorter_than_the_vocabulary_is_refused(tmp_path):
    with pytest.raises(ModelUnavailable, match="不符"):
        StaticModel.load(copy_model(tmp_path / "m", rows=2))


@pytest.mark.parametrize("setting", ["./没有这个文件夹", "/没有/这个/文件夹", "no-such-folder", "a/b/c", "../没有"])
def test_missing_folder_is_refused_without_asking_the_network(setting):
    with pytest.raises(ModelUnavailable, match="找不到向量模型文件夹"):
        load_encoder(setting)


def test_folder_of_another_kind_is_not_static(tmp_path):
    (tmp_path / "modules.json").write_text('[{"type": "sentence_transformers.models.Transformer"}]', encoding="utf-8")
    assert not is_static(tmp_path)
    with pytest.raises(ModelUnavailable, match="modules.json"):
        StaticModel.load(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", "[1]", '[{"type": 3}]', "null"])
def test_unreadable_modules_file_is_not_static(tmp_path, content):
    (tmp_path / "modules.json").write_text(content, encoding="utf-8")
    assert not is_static(tmp_path)


def test_broken_transformer_folder_is_refused_in_chinese(tmp_path):
    pytest.importorskip("sentence_transformers", reason="没有安装 sentence-transformers（neural 附加项）")
    (tmp_path / "modules.json").write_text(
        '[{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]', encoding="utf-8"
    )
    with pytest.raises(ModelUnavailable, match="向量模型读取失败"):
        load_encoder(str(tmp_path))


def test_missing_extra_says_what_to_install(tmp_path):
    """A process that cannot import sentence-transformers is told which extra it lacks."""
    program = (
        "import sys; sys.modules['sentence_transformers'] = None\n"
        "from kb.embedding import load_encoder; from kb.errors import ModelUnavailable\n"
        "try: load_encoder(sys.argv[1])\nexcept ModelUnavailable as problem: print(problem)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, encoding="utf-8", check=True, env=utf8()
    )
    assert "policy-kb[neural]" in done.stdout


def test_the_default_model_needs_no_torch():
    program = (
        "import sys; from kb.embedding import load_encoder; load_encoder().encode(['节能'])\n"
        "print(sorted({'torch', 'sentence_transformers', 'transformers', 'scipy', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True, env=utf8()
    )
    assert done.stdout.strip() == "[]"


def utf8() -> dict[str, str]:
    """Return this process's environment with UTF-8 pipes and the project importable."""
    import os

    return {**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(Path(__file__).parents[2])}


def test_the_folder_is_small_and_speaks_of_no_machine():
    files = [path for path in BUNDLED_FOLDER.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 16_000_000
    for path in files:
        if path.suffix != ".safetensors":
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"/(?:work|tmp|home|root|Users)/|[A-Z]:\\\\", text), path.name


def test_the_table_is_in_half_precision_and_unknown_is_zero():
    from safetensors.numpy import load_file

    table = load_file(BUNDLED_FOLDER / "model.safetensors")["embedding.weight"]
    assert table.dtype == np.float16
    assert np.isfinite(table).all()
    assert not table[0].any()


def test_truncated_model_gives_the_prefix_at_length_one(model):
    short = model.truncated(64)
    prefix = model.encode(["节能减排"])[:, :64]
    assert short.dimensions == 64
    assert short.name != model.name
    assert np.allclose(short.encode(["节能减排"]), prefix / np.linalg.norm(prefix), atol=1e-6)


def test_title_and_headings_have_a_vector_of_their_own_embedded_once():
    class Told:
        name, dimensions = "told", 256
        texts: tuple[str, ...] = ()

        def encode(self, texts):
            self.texts += tuple(texts)
            return load_encoder().encode(texts)

    rows = [
        ("供水条例 第一章 总则", "为了节约用水，制定本条例。"),
        ("供水条例 第一章 总则", "，。"),
        ("", "爱护水表。"),
    ]
    passages = [StoredPassage(n, "d1", n, str(n), Span(0, 1), *row) for n, row in enumerate(rows)]
    encoder = Told()
    found = vectors(encoder, passages)
    assert encoder.texts == ("供水条例 第一章 总则", "", "为了节约用水，制定本条例。", "，。", "爱护水表。")
    heading, text, bare = load_encoder().encode(["供水条例 第一章 总则", "为了节约用水，制定本条例。", "爱护水表。"])
    np.testing.assert_allclose(found, [text + HEADED * heading, HEADED * heading, bare], atol=1e-6)
