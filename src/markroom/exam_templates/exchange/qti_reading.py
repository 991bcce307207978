"""What a QTI 3.0 package says of a paper. Where it has more than a paper can, the reader says what it left
out."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from lxml import etree

from markroom.exam_templates.canvas.bodies import MAX_POINTS, QuestionBody, ReplaceBody
from markroom.exam_templates.errors import UnreadableTemplate
from markroom.exam_templates.exchange.document import Imported
from markroom.exam_templates.model import MAX_DEPTH

MAX_ENTRIES = 2000
MAX_QUESTIONS = 1000
MAX_BYTES = 32 * 2**20  # of all files, unpacked
READ_AS = {"choice": "mcq", "text-entry": "short", "extended-text": "long", "drawing": "drawing"}
Element = Any  # lxml names its elements only in C


# What the libraries say of a package that is none; pydantic's ValidationError is a ValueError.
_BAD = (
    zipfile.BadZipFile,
    zlib.error,
    etree.LxmlError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
)


def read_qti(data: bytes) -> Imported:
    """Raises UnreadableTemplate."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Reader(_unpack(archive)).read()
    except _BAD as error:
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
        if order >= MAX_QUESTIONS:
            raise UnreadableTemplate(f"This package has more than {MAX_QUESTIONS:,} questions.")
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
