from markroom.marking.reads.claims import get_claim, get_claimed_item, is_item
from markroom.marking.reads.entries import (
    ENTRY,
    get_entry,
    list_changes,
    list_choices,
    list_entries,
    list_entries_to_review,
    list_recorded,
    lock_item,
)
from markroom.marking.reads.progress import (
    count_marked_items,
    count_marks,
    get_marked_batch,
    list_items,
    measure_paces,
)

__all__ = [
    "ENTRY",
    "count_marked_items",
    "count_marks",
    "get_claim",
    "get_claimed_item",
    "get_entry",
    "get_marked_batch",
    "is_item",
    "list_changes",
    "list_choices",
    "list_entries",
    "list_entries_to_review",
    "list_items",
    "list_recorded",
    "lock_item",
    "measure_paces",
]
