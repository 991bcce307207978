"""What is cropped from which page of a template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from markroom.kit.db import Conn, fetch_all, fetch_one
from markroom.scripts.areas import Area
from markroom.scripts.model import CropPlan


@dataclass(frozen=True)
class _AreaRow:
    id: UUID
    item_id: UUID
    page: int
    bounds: dict[str, float]
    kind: str
    response_form: Any
    mcq_options: Any


@dataclass(frozen=True)
class _TemplateRow:
    version: int
    page_count: int
    item_ids: list[UUID]


async def get_crop_plan(conn: Conn, institute_id: UUID, template_id: UUID) -> CropPlan:
    """The areas of a template's items in reading order; an area of a part belongs to the item above it."""
    template = await fetch_one(
        conn,
        _TemplateRow,
        """select t.version, coalesce(t.page_count, f.page_count, 0) as page_count,
                  array(select i.question_id from exam_items i where i.institute_id = %(institute)s
                         and i.template_id = t.id order by i.position) as item_ids
             from exam_templates t left join source_files f
               on f.institute_id = t.institute_id and f.id = t.source_file_id
            where t.institute_id = %(institute)s and t.id = %(template)s""",
        {"institute": institute_id, "template": template_id},
    )
    assert template is not None, "the template of a batch is never deleted"
    rows = await fetch_all(
        conn,
        _AreaRow,
        """with recursive above as (
             select a.id as area_id, q.id as item_id, q.parent_id, q.is_item, q.mcq_options
               from response_areas a join exam_questions q
                 on q.institute_id = a.institute_id and q.template_id = a.template_id and q.id = a.question_id
              where a.institute_id = %(institute)s and a.template_id = %(template)s
                and a.retired_at is null and a.kind in ('answer', 'mcq')
             union all
             select above.area_id, q.id, q.parent_id, q.is_item, q.mcq_options from above
               join exam_questions q
                 on q.institute_id = %(institute)s and q.id = above.parent_id
              where not above.is_item)
           select a.id, above.item_id, a.page, a.bounds, a.kind, a.response_form, above.mcq_options
             from above join response_areas a on a.institute_id = %(institute)s and a.id = above.area_id
            where above.is_item
            order by a.page, (a.bounds->>'y')::float, (a.bounds->>'x')::float, a.id""",
        {"institute": institute_id, "template": template_id},
    )
    return CropPlan(template.version, template.page_count, tuple(template.item_ids), _with_options(rows))


async def list_name_areas(
    conn: Conn, institute_id: UUID, template_id: UUID
) -> dict[int, list[dict[str, float]]]:
    """By page, the bounds where a pupil writes a name or number."""
    cursor = await conn.execute(
        """select page, bounds from response_areas where institute_id = %s and template_id = %s
              and retired_at is null and kind in ('name', 'candidate_number')""",
        [institute_id, template_id],
    )
    found: dict[int, list[dict[str, float]]] = defaultdict(list)
    for page, bounds in await cursor.fetchall():
        found[page].append(bounds)
    return found


def _with_options(rows: Sequence[_AreaRow]) -> tuple[Area, ...]:
    boxes: dict[UUID, list[_AreaRow]] = defaultdict(list)
    for row in rows:
        if row.kind == "mcq":
            boxes[row.item_id].append(row)
    labels = {item: name_options(found) for item, found in boxes.items()}
    return tuple(
        replace(
            Area(row.id, row.item_id, row.page, row.bounds),
            options=labels.get(row.item_id, {}).get(row.id, ()),
        )
        for row in rows
    )


def name_options(boxes: Sequence[_AreaRow]) -> dict[UUID, tuple[tuple[str, dict[str, float]], ...]]:
    """Per multiple-choice area of one item the option boxes in it.

    An area says its options with their bounds, or is itself the box of one option, which it names; boxes
    without names take those of the question in reading order, if there are as many.
    """
    given = boxes[0].mcq_options if isinstance(boxes[0].mcq_options, list) else []
    labels = [_label(option) for option in given]
    in_order = labels if len(labels) == len(boxes) else [None] * len(boxes)
    named = {}
    for box, label in zip(boxes, in_order, strict=True):
        inner = box.response_form.get("options") if isinstance(box.response_form, dict) else None
        if isinstance(inner, list):
            found = [(_label(option), option.get("bounds")) for option in inner if isinstance(option, dict)]
        else:
            found = [(_label(box.response_form) or label, box.bounds)]
        named[box.id] = tuple((name, bounds) for name, bounds in found if name and bounds)
    return named


def _label(option: Any) -> str | None:
    """The label of an option given as text, or as an object with `label` or `option`."""
    if isinstance(option, dict):
        option = option.get("label") or option.get("option")
    return str(option) if option else None
