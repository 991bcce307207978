"""Where a project's key gets to, and what somebody signed in by a printed code may change: these routes and
no others."""

from __future__ import annotations

from markroom.kit.access import Reach

KEY_REACH: Reach = {
    # its project, to know which it is
    "GET /api/projects": "read",
    "GET /api/projects/{project_id:uuid}": "read",
    # the papers of its project
    "POST /api/files": "write",
    "GET /api/exam/templates": "read",
    "POST /api/exam/templates": "write",
    "GET /api/exam/templates/{template_id:uuid}": "read",
    "PUT /api/exam/templates/{template_id:uuid}": "write",
    "DELETE /api/exam/templates/{template_id:uuid}": "write",
    "POST /api/exam/templates/{template_id:uuid}/restore": "write",
    "POST /api/exam/templates/{template_id:uuid}/detect": "write",
    "GET /api/exam/templates/{template_id:uuid}/pages/{page:int}/image": "read",
    "GET /api/exam/templates/{template_id:uuid}/export.json": "read",
    "GET /api/exam/templates/{template_id:uuid}/mark-scheme.csv": "read",
    "PATCH /api/exam/questions/{question_id:uuid}": "write",
    # sittings of these papers, what is scanned of them, and how they went
    "GET /api/batches": "read",
    "GET /api/batches/{batch_id:uuid}": "read",
    "GET /api/batches/{batch_id:uuid}/scans": "read",
    "POST /api/batches/{batch_id:uuid}/scans": "write",
    "GET /api/batches/{batch_id:uuid}/pages": "read",
    "GET /api/batches/{batch_id:uuid}/scripts": "read",
    "GET /api/batches/{batch_id:uuid}/results": "read",
    "GET /api/batches/{batch_id:uuid}/results.csv": "read",
    "GET /api/scans/{scan_id:uuid}": "read",
    # the tools, each with a scope of its own
    "POST /mcp": "read",
    # what its team knows; a key changes and deletes only what it wrote
    "POST /api/memories": "write",
    "GET /api/memories": "read",
    "GET /api/memories/stats": "read",
    "GET /api/memories/export": "read",
    "POST /api/memories/search": "read",
    "GET /api/memories/{memory_id:uuid}": "read",
    "PATCH /api/memories/{memory_id:uuid}": "write",
    "DELETE /api/memories/{memory_id:uuid}": "write",
    "GET /api/memories/{memory_id:uuid}/history": "read",
    "POST /api/memories/{memory_id:uuid}/undo": "write",
}

# A code is printed by somebody else. Whoever holds it looks at what is the pupil's, and does what can be
# taken back; nothing that ends, renames or takes over the account.
CODE_REACH = frozenset(
    {
        "POST /api/auth/address",  # waits for the school's yes
        "DELETE /api/auth/sessions/current",
        "DELETE /api/auth/sessions/{session_id:uuid}",
        "POST /api/notices/{notice_id:uuid}/read",
        "POST /api/notices/read-all",
        "POST /api/classes/{class_id:uuid}/enrollment-requests",  # waits for the teacher's yes
        "DELETE /api/enrollment-requests/{request_id:uuid}",
        # the same by pages
        "POST /account",
        "POST /notices",
        "POST /classes",
        "POST /institute",
        "POST /sign-out",
    }
)
