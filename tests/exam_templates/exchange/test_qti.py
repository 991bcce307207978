"""T-12: QTI 3.0 packages."""

from __future__ import annotations

import io
import zipfile

import pytest

from markroom.exam_templates.errors import UnreadableTemplate
from markroom.exam_templates.exchange.qti_reading import read_qti
from markroom.exam_templates.exchange.qti_writing import QTI, write_qti
from tests.exam_templates.canvases import (
    address,
    make_with_canvas,
    question,
)
from tests.exam_templates.exchange.files import arrange_rows, import_file, scheme_canvas
from tests.stage import School


async def test_a_qti_package_keeps_questions_marks_options_and_scheme(school: School) -> None:
    """T-12"""
    teacher = school["teacher"]
    template = await make_with_canvas(teacher, scheme_canvas())
    package = (await teacher.get(address(template, "/export.zip"))).content
    made = (await import_file(teacher, package)).json()
    back = (await teacher.get(address(made, ""))).json()
    asked = {q["path"]: q for q in back["questions"]}
    assert list(asked) == ["1", "1(a)", "1(b)", "2"]
    assert [asked[path]["max_marks"] for path in ("1(a)", "1(b)", "2")] == [2, 3, 4]
    assert [o["label"] for o in asked["2"]["mcq_options"] if o["correct"]] == ["A"]
    assert [p["text"] for p in asked["1(a)"]["mark_scheme"]] == ["-2 substituted", "x = 4"]
    assert {q["source"] for q in back["questions"]} == {"import"}
    assert not any(q["confirmed"] for q in back["questions"])


def package(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return out.getvalue()


MANIFEST = """<manifest><resources>
  <resource type="imsqti_item_xmlv3p0" href="one.xml"/></resources></manifest>"""


def test_an_item_answered_in_another_way_is_taken_with_a_warning() -> None:
    item = f"""<qti-assessment-item xmlns="{QTI}" identifier="x" title="Match">
      <qti-outcome-declaration identifier="SCORE" normal-maximum="3"/>
      <qti-item-body><qti-match-interaction/></qti-item-body></qti-assessment-item>"""
    imported = read_qti(package(imsmanifest_xml=MANIFEST, one_xml=item))
    (only,) = imported.canvas.questions
    assert (only.label, only.max_marks, only.answer_type) == ("Match", 3, None)
    assert imported.warnings == ["Question Match: how it is answered could not be taken over whole."]


def test_a_package_reads_no_file_and_expands_no_entity() -> None:
    item = f"""<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd"><!ENTITY a "aaaaaaaaaa">]>
      <qti-assessment-item xmlns="{QTI}" identifier="x" title="T">
      <qti-item-body><qti-rubric-block view="scorer"><p>&secret;&a;</p></qti-rubric-block>
      </qti-item-body></qti-assessment-item>"""
    imported = read_qti(package(imsmanifest_xml=MANIFEST, one_xml=item))
    assert "root:" not in str(imported.canvas)
    assert "aaaaaaaaaa" not in str(imported.canvas)


@pytest.mark.parametrize(
    "bad",
    [
        {
            "one_xml": "<qti-assessment-item label='1'><qti-rubric-block view='scorer'><p>M1 (99999999) x</p>"
            "</qti-rubric-block></qti-assessment-item>"
        },
        {
            "imsmanifest_xml": MANIFEST.replace(
                "</res", '<resource type="imsqti_item" href="one.xml"/>' * 1500 + "</res"
            ),
            "one_xml": '<qti-assessment-item label="1"/>',
        },
    ],
    ids=["too-many-marks", "too-many-items"],
)
def test_a_package_that_holds_nonsense_is_refused(bad: dict[str, str]) -> None:
    with pytest.raises(UnreadableTemplate):
        read_qti(package(**({"imsmanifest_xml": MANIFEST} | bad)))


def test_a_package_with_torn_bytes_is_refused() -> None:
    torn = bytearray(package(imsmanifest_xml=MANIFEST + " " * 500, one_xml="<q/>"))
    torn[60:75] = b"\xff" * 15
    with pytest.raises(UnreadableTemplate):
        read_qti(bytes(torn))


def test_a_package_that_unpacks_to_more_than_a_paper_is_refused() -> None:
    with pytest.raises(UnreadableTemplate, match="unpacks to more"):
        read_qti(package(imsmanifest_xml=MANIFEST, one_xml=" " * (33 * 2**20)))


def test_a_package_whose_parts_are_missing_is_refused() -> None:
    with pytest.raises(UnreadableTemplate, match="no file"):
        read_qti(package(imsmanifest_xml=MANIFEST))


def test_a_written_package_is_well_formed_whatever_the_labels() -> None:
    rows = [question("1 <&>\x07", 0, max_marks=3, answer_type="numeric")]
    back = read_qti(write_qti('A "title" & <more>', arrange_rows(rows)))
    assert back.meta["title"] == 'A "title" & <more>'
    assert back.canvas.questions[0].label == "1 <&>"
