"""The composer that needs no language model: one composer per kind of question, ledgers before passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kb.answer.documents.facts import compose_metadata
from kb.answer.documents.located import compose_located, compose_paragraph
from kb.answer.duties.duty import compose_duty
from kb.answer.duties.organ import compose_organ_duties
from kb.answer.evidence import Evidence, Found
from kb.answer.figures.compare import compose_compare, compose_years, of_places
from kb.answer.figures.filing import compose_filing
from kb.answer.figures.premise import checked_premise
from kb.answer.figures.stated import in_prose
from kb.answer.figures.tabled import compose_tabled
from kb.answer.figures.target import compose_target
from kb.answer.kinds import asked_for
from kb.answer.laws.liability import compose_liability
from kb.answer.laws.obligations import compose_obligations
from kb.answer.laws.paragraph import compose_provision, compose_surely
from kb.answer.lists.listing import compose_list
from kb.answer.lists.mentions import compose_mentions
from kb.answer.lists.selections import compose_selection
from kb.answer.measure import Measure
from kb.answer.ranking import rank_clauses
from kb.answer.refusal import lacking, lacks, no_clause, refuse
from kb.answer.texts.called import compose_called
from kb.answer.texts.contacts import compose_contacts
from kb.answer.texts.contradiction import contradicted
from kb.answer.texts.definition import compose_definition, stands_alone
from kb.answer.texts.passages import at_addresses, compose_address, compose_measure
from kb.results import Draft, Question

UNKNOWABLE = (
    "live",
    "recommendation",
    "phone",
    "email",
    "person",
    "place",
    "name",
    "unit_inside",
    "headcount",
    "sentence",
)  # Values that no passage proves unless it prints them.

OF_CLAUSES = ("duty", "target", "measure", "address")  # kinds that an address in the question narrows to its clause


def compose(question: Question, evidence: Evidence, explain: Callable[[str], str] = lambda term: "") -> Draft:
    """Return a draft answer; ``explain`` gives the glossary's explanation of a term, or an empty string."""
    measure = Measure(question, evidence)
    clauses = rank_clauses(question, evidence, measure)
    for first in FIRST:
        if said := first(question, evidence, measure, clauses):
            return said
    draft = compose_tabled(question, measure, of_places(question, evidence, clauses)) or _of_kind(
        question, evidence, measure, clauses, explain
    )
    if (not draft.answered or draft.kind == "measure" or _unjudged(question, draft)) and (
        checked := checked_premise(question, measure, clauses)
    ):
        return checked
    said = in_prose(question, evidence, measure, clauses, draft)
    if said.answered:
        return said
    return (
        compose_filing(question, evidence, measure) or compose_provision(question, evidence, measure, clauses) or said
    )


def _outside(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft | None:
    """Refuse what no document is asked for: to make something up, or what the library, or the scope chosen, lacks."""
    if question.misuse:
        english = question.language == "en"
        only = (
            "Answers are taken from the documents only; nothing is made up."
            if english
            else "只按库中文件作答，不编造内容。"
        )
        return refuse(question, evidence, clauses, only)
    if evidence.missing or evidence.beyond:
        return refuse(question, evidence, clauses, lacking(question, evidence))
    return None


def _unprinted(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft | None:
    """Refuse a value that must be printed and is not, or a clause that no document has."""
    for kind in UNKNOWABLE:
        of_clause = kind == "name" and question.clause_refs  # 第四部分有几条，分别叫什么: its headings
        if kind in question.asks and not of_clause and not (clauses and asked_for(kind, clauses[0].text)):
            return refuse(question, evidence, clauses, lacks(kind, question))
    if question.intent in OF_CLAUSES and question.clause_refs and not at_addresses(question, clauses):
        return refuse(question, evidence, clauses, no_clause(question))
    return None


FIRST = (  # What is looked at before the kind of answer is, in this order; each returns None where it does not apply.
    _outside,
    compose_contacts,
    _unprinted,
    compose_paragraph,
    compose_obligations,
    compose_surely,
    contradicted,
    compose_selection,
    compose_called,
    compose_mentions,
    compose_located,
    compose_liability,
)


def _unjudged(question: Question, draft: Draft) -> bool:
    """Tell whether a figure is put forward to be confirmed, and the draft neither confirms nor denies it."""
    return question.claim and bool(question.asserted) and not any(said.echoes for said in draft.statements)


def _of_kind(
    question: Question,
    evidence: Evidence,
    measure: Measure,
    clauses: Sequence[Found],
    explain: Callable[[str], str],
) -> Draft:
    match question.intent:
        case "duty":
            return compose_duty(question, evidence, measure, clauses)
        case "organ_duties":
            return compose_organ_duties(question, evidence, measure, clauses)
        case "target":
            years = compose_years(question, evidence, measure, clauses)
            return years or compose_target(question, evidence, measure, clauses)
        case "metadata":
            return compose_metadata(question, evidence, clauses)
        case "address":
            return compose_address(question, clauses)
        case "compare":
            return compose_compare(question, evidence, measure, clauses)
        case "list":
            return compose_list(question, evidence, measure, clauses)
        case "definition":
            terms = (name for c in question.concepts if stands_alone(c, question) for name in c.same)
            explained = next((text for term in terms if (text := explain(term))), "")
            return compose_definition(question, evidence, measure, clauses, explained)
        case _:
            provision = compose_provision(question, evidence, measure, clauses)
            return provision or compose_measure(question, evidence, measure, clauses)
