"""A template as a QTI 3.0 package (1EdTech, Question & Test Interoperability 3.0): the subset that a paper
has.

Containers are sections, items are assessment items: a choice interaction for multiple choice, a text entry
for short answers and numbers, an extended text interaction for all else, the mark scheme as a rubric for the
scorer.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from lxml import etree

from markroom.exam_templates.exchange.scheme_csv import list_points
from markroom.exam_templates.model import Question

QTI = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
PACKAGE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
MATCH_CORRECT = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"
TYPES = {"mcq": "choice", "short": "text-entry", "numeric": "text-entry"}
Element = Any  # lxml names its elements only in C


def write_qti(title: str, questions: Iterable[Question]) -> bytes:
    """A zip with manifest, test and one file an item."""
    arranged = list(questions)
    items = [question for question in arranged if question.is_item]
    names = {question.id: f"items/q{number:03}.xml" for number, question in enumerate(items, 1)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("imsmanifest.xml", _xml(_manifest(names.values())))
        package.writestr("test.xml", _xml(_test(title, arranged, names)))
        for question in items:
            package.writestr(names[question.id], _xml(_item(question)))
    return out.getvalue()


def _xml(root: Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _add(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    element = etree.SubElement(
        parent, f"{{{QTI}}}{tag}", {k.replace("_", "-"): v for k, v in attributes.items()}
    )
    element.text = text and _clean(text)
    return element


def _clean(text: str) -> str:
    """What XML can hold of a text."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


def _manifest(names: Iterable[str]) -> Element:
    root = etree.Element(f"{{{PACKAGE}}}manifest", {"identifier": "paper"}, nsmap={None: PACKAGE})
    etree.SubElement(root, f"{{{PACKAGE}}}organizations")
    resources = etree.SubElement(root, f"{{{PACKAGE}}}resources")
    kinds = [("test.xml", "imsqti_test_xmlv3p0"), *((name, "imsqti_item_xmlv3p0") for name in names)]
    for name, kind in kinds:
        about = {"identifier": _identifier(name), "type": kind, "href": name}
        resource = etree.SubElement(resources, f"{{{PACKAGE}}}resource", about)
        etree.SubElement(resource, f"{{{PACKAGE}}}file", {"href": name})
    return root


def _identifier(text: str) -> str:
    return re.sub(r"\W", "_", text)


def _test(title: str, questions: list[Question], names: Mapping[UUID, str]) -> Element:
    root = etree.Element(f"{{{QTI}}}qti-assessment-test", nsmap={None: QTI})
    root.set("identifier", "test")
    root.set("title", _clean(title))
    part = _add(
        root, "qti-test-part", identifier="part", navigation_mode="nonlinear", submission_mode="simultaneous"
    )
    paper = _add(part, "qti-assessment-section", identifier="paper", title=_clean(title), visible="false")
    sections: dict[UUID | None, Element] = {None: paper}
    for question in questions:
        inside = sections.get(question.parent_id)
        if inside is None:
            continue  # a part of an item
        if question.id in names:
            name = names[question.id]
            _add(inside, "qti-assessment-item-ref", identifier=_identifier(name), href=name)
        elif question.is_container:
            sections[question.id] = _add(
                inside,
                "qti-assessment-section",
                identifier=f"s{question.id.hex}",
                title=_clean(question.label),
                visible="true",
            )
    return root


def _item(question: Question) -> Element:
    root = etree.Element(f"{{{QTI}}}qti-assessment-item", nsmap={None: QTI})
    about = {
        "identifier": f"q{question.id.hex}",
        "title": _clean(question.path),
        "label": _clean(question.label),
    }
    for name, value in {**about, "adaptive": "false", "time-dependent": "false"}.items():
        root.set(name, value)
    form = TYPES.get(question.answer_type or "", "extended-text")
    options = [one if isinstance(one, dict) else {"label": one} for one in question.mcq_options or ()]
    _declare(root, form, options)
    for name in ("SCORE", "MAXSCORE"):
        marks = str(question.max_marks or 0)
        outcome = _add(
            root, "qti-outcome-declaration", identifier=name, cardinality="single", base_type="float"
        )
        if name == "SCORE":
            outcome.set("normal-maximum", marks)
        value = _add(_add(outcome, "qti-default-value"), "qti-value")
        value.text = marks if name == "MAXSCORE" else "0"
    _write_body(root, question, form, options)
    if form == "choice":
        _add(root, "qti-response-processing", template=MATCH_CORRECT)
    return root


def _declare(root: Element, form: str, options: list[dict[str, Any]]) -> None:
    kind = "identifier" if form == "choice" else "string"
    response = _add(
        root, "qti-response-declaration", identifier="RESPONSE", cardinality="single", base_type=kind
    )
    right = [str(one["label"]) for one in options if one.get("correct")]
    if right:
        correct = _add(response, "qti-correct-response")
        for label in right:
            _add(correct, "qti-value", label)


def _write_body(root: Element, question: Question, form: str, options: list[dict[str, Any]]) -> None:
    body = _add(root, "qti-item-body")
    line = _add(body, "p", f"Question {question.path}")
    if form == "choice":
        choice = _add(body, "qti-choice-interaction", response_identifier="RESPONSE", max_choices="1")
        for one in options:
            _add(choice, "qti-simple-choice", one.get("text") or one["label"], identifier=str(one["label"]))
    elif form == "text-entry":
        _add(line, "qti-text-entry-interaction", response_identifier="RESPONSE")
    else:
        _add(body, "qti-extended-text-interaction", response_identifier="RESPONSE")
    points = list_points(question.mark_scheme)
    if points:
        rubric = _add(body, "qti-rubric-block", use="scoring", view="scorer")
        lines = _add(_add(rubric, "qti-content-body"), "ul")
        for point in points:
            _add(lines, "li", _say_point(point))


def _say_point(point: Mapping[str, Any]) -> str:
    marks = f"({point['marks']:g})" if point.get("marks") is not None else ""
    return " ".join(filter(None, (point.get("code"), marks, point["text"])))
