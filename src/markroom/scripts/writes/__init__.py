"""Changes of the tables of this room, private to its actions."""

from markroom.scripts.writes.answers import delete_answers, delete_stray_answers, replace_crops, settle_script
from markroom.scripts.writes.batches import (
    insert_batch,
    insert_markers,
    insert_scripts,
    keep_code_places,
    lock_batch,
    update_batch_state,
    update_print,
)
from markroom.scripts.writes.pages import insert_page, list_read_pages, lock_page, lock_script, update_page
from markroom.scripts.writes.scans import (
    claim_part,
    count_unread_parts,
    finish_part,
    insert_parts,
    insert_scan,
    update_scan_state,
)

__all__ = [
    "claim_part",
    "count_unread_parts",
    "delete_answers",
    "delete_stray_answers",
    "finish_part",
    "insert_batch",
    "insert_markers",
    "insert_page",
    "insert_parts",
    "insert_scan",
    "insert_scripts",
    "keep_code_places",
    "list_read_pages",
    "lock_batch",
    "lock_page",
    "lock_script",
    "replace_crops",
    "settle_script",
    "update_batch_state",
    "update_page",
    "update_print",
    "update_scan_state",
]
