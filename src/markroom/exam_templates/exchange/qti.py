"""A template as a QTI 3.0 package (1EdTech, Question & Test Interoperability 3.0), and back: the subset that
a paper has.

Containers are sections, items are assessment items: a choice interaction for multiple choice, a text entry
for short answers and numbers, an extended text interaction for all else, the mark scheme as a rubric for the
scorer. Where a package has more, the reader says what it left out.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from lxml import etree

from markroom.exam_templates.bodies import MAX_POINTS, QuestionBody, ReplaceBody
from markroom.exam_templates.exchange.document import Imported
from markroom.exam_templates.exchange.scheme_csv import list_points
from markroom.exam_templates.model import MAX_DEPTH, Question, UnreadableTemplate

QTI = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
PACKAGE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
MATCH_CORRECT = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"
MAX_ENTRIES = 2000
MAX_BYTES = 32 * 2**20  # of all files, unpacked
TYPES = {"mcq": "choice", "short": "text-entry", "numeric": "text-entry"}
READ_AS = {"choice": "mcq", "text-entry": "short", "extended-text": "long", "drawing": "drawing"}
Element = Any  # lxml names its elements only in C


# Writing


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


# Reading


def read_qti(data: bytes) -> Imported:
    """Raises UnreadableTemplate."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Reader(_unpack(archive)).read()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, etree.LxmlError, EOFError) as error:
        raise UnreadableTemplate from error


def _unpack(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The XML files by name, never more than allowed whatever the archive says of itself."""
    entries = [entry for entry in archive.infolist() if entry.filename.endswith(".xml")]
    if len(entries) > MAX_ENTRIES:
        raise UnreadableTemplate(f"This package has more than {MAX_ENTRIES:,} files.")
    left, files = MAX_BYTES, {}
    for entry in entries:
        with archive.open(entry) as file:
            files[posixpath.normpath(entry.filename)] = content = file.read(left + 1)
        left -= len(content)
        if left < 0:
            raise UnreadableTemplate("This package unpacks to more than a paper can be.")
    return files


def _parse(data: bytes) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(data, parser)


def _name(element: Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _find(element: Element, *names: str) -> Iterator[Element]:
    return (each for each in element.iter() if _name(each) in names)


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


@dataclass
class _Reader:
    """Walks a package's test, or its items in the manifest's order where it has none."""

    files: dict[str, bytes]
    questions: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def read(self) -> Imported:
        title = "Imported paper"
        hrefs = self._list_resources()
        tests = [href for href, kind in hrefs if "test" in kind]
        if tests:
            root = self._parse(tests[0])
            title = root.get("title") or title
            for section in (each for part in _find(root, "qti-test-part") for each in part):
                self._read_section(section, posixpath.dirname(tests[0]), None, 1)
        else:
            for href, kind in hrefs:
                if "item" in kind:
                    self._read_item(href, None)
        if not self.questions:
            raise UnreadableTemplate("This package has no question in it.")
        canvas = ReplaceBody(
            questions=[QuestionBody.model_validate(one) for one in self.questions],
            response_areas=[],
            boundaries=[],
        )
        meta = {"title": title[:300], "subject": None, "exam_code": None, "page_count": None}
        return Imported(meta, canvas, warnings=self.warnings)

    def _list_resources(self) -> list[tuple[str, str]]:
        manifest = self._parse("imsmanifest.xml")
        return [
            (posixpath.normpath(each.get("href", "")), each.get("type", ""))
            for each in _find(manifest, "resource")
        ]

    def _parse(self, name: str) -> Element:
        if name not in self.files:
            raise UnreadableTemplate(f"This package has no file “{name[:100]}”.")
        return _parse(self.files[name])

    def _read_section(self, element: Element, folder: str, parent: str | None, depth: int) -> None:
        if _name(element) == "qti-assessment-item-ref":
            self._read_item(posixpath.normpath(posixpath.join(folder, element.get("href", ""))), parent)
        elif _name(element) == "qti-assessment-section":
            inside = parent
            if element.get("visible") != "false" and depth < MAX_DEPTH:
                inside = self._add(element.get("title") or element.get("identifier", "?"), parent)
            for each in element:
                self._read_section(each, folder, inside, depth + (inside != parent))

    def _add(self, label: str, parent: str | None, **fields: Any) -> str:
        order = len(self.questions)
        id_ = str(uuid5(UUID(int=0), str(order)))
        own = {"id": id_, "parent_id": parent, "label": label[:60], "order": order}
        self.questions.append(own | {"source": "import", "confirmed": False} | fields)
        return id_

    def _read_item(self, href: str, parent: str | None) -> None:
        item = self._parse(href)
        label = item.get("label") or item.get("title") or item.get("identifier", "?")
        form = self._find_form(item, label)
        fields: dict[str, Any] = {"answer_type": READ_AS.get(form or ""), "max_marks": self._read_marks(item)}
        if form == "choice":
            right = {_text(each) for r in _find(item, "qti-correct-response") for each in r}
            fields["mcq_options"] = [_option(each, right) for each in _find(item, "qti-simple-choice")][:30]
        points = [_read_point(line) for line in _read_rubric(item)]
        self._add(label, parent, mark_scheme=points[:MAX_POINTS] or None, **fields)

    def _find_form(self, item: Element, label: str) -> str | None:
        forms = [
            _name(each)[4:-12] for each in item.iter() if re.fullmatch(r"qti-.+-interaction", _name(each))
        ]
        if any(form not in READ_AS for form in forms) or len(forms) > 1:
            self.warnings.append(f"Question {label}: how it is answered could not be taken over whole.")
        return next((form for form in forms if form in READ_AS), None)

    def _read_marks(self, item: Element) -> int | None:
        for outcome in _find(item, "qti-outcome-declaration"):
            found = outcome.get("normal-maximum") if outcome.get("identifier") == "SCORE" else None
            if outcome.get("identifier") == "MAXSCORE":
                found = next((_text(each) for each in _find(outcome, "qti-value")), None)
            if found and re.fullmatch(r"\d{1,3}(\.0+)?", found):
                return int(float(found))
        return None


def _option(choice: Element, right: set[str]) -> dict[str, Any]:
    label, text = choice.get("identifier", "?"), _text(choice)
    return {"label": label[:60], "text": text[:5000] or None, "correct": label in right}


def _read_rubric(item: Element) -> list[str]:
    for rubric in _find(item, "qti-rubric-block"):
        if "scorer" in rubric.get("view", ""):
            lines = [_text(each) for each in _find(rubric, "li", "p")] or [_text(rubric)]
            return [line for line in lines if line]
    return []


def _read_point(line: str) -> dict[str, Any]:
    found = re.match(r"(?:([A-Z]{1,3}\d{0,2})\s+)?(?:\((\d+(?:\.\d+)?)\)\s*)?(?=\S)", line)
    code, marks = found.groups() if found else (None, None)
    point: dict[str, Any] = {"text": line[found.end() if found else 0 :][:5000]}
    if code:
        point["code"] = code
    if marks:
        point["marks"] = int(marks) if marks.isdigit() else float(marks)
    return point
