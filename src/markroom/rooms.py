"""Every room's routes, and its jobs and subscribers in the order of the floors."""

from __future__ import annotations

from markroom.catalogue import endpoints as catalogue
from markroom.exam_templates import endpoints as exam_templates
from markroom.exam_templates.canvas import endpoints as canvas
from markroom.exam_templates.detection import endpoints as detection
from markroom.exam_templates.detection import tasks as detection_tasks
from markroom.exam_templates.exchange import endpoints as templates_exchange
from markroom.exam_templates.handover import endpoints as handover
from markroom.exam_templates.schemes import endpoints as schemes
from markroom.exam_templates.schemes import tasks as schemes_tasks
from markroom.exam_templates.shares import endpoints as shares
from markroom.exam_templates.shares import tasks as shares_tasks
from markroom.exam_templates.versions import endpoints as versions
from markroom.files import endpoints as files
from markroom.graph import endpoints as graph
from markroom.graph import tasks as graph_tasks
from markroom.identity import endpoints as identity
from markroom.identity import tasks as identity_tasks
from markroom.institutes import endpoints as institutes
from markroom.institutes.addresses import endpoints as addresses
from markroom.institutes.addresses import tasks as addresses_tasks
from markroom.institutes.closing import endpoints as closing
from markroom.institutes.invitation_lists import endpoints as invitation_lists
from markroom.institutes.invitation_lists import tasks as invitation_lists_tasks
from markroom.institutes.invitations import endpoints as invitations
from markroom.institutes.invitations import tasks as invitations_tasks
from markroom.institutes.members import endpoints as members
from markroom.institutes.members import tasks as members_tasks
from markroom.institutes.notices import endpoints as notices
from markroom.institutes.notices import tasks as notices_tasks
from markroom.institutes.pupils import endpoints as pupils
from markroom.institutes.terms import endpoints as terms
from markroom.institutes.trail import endpoints as trail
from markroom.jobs import endpoints as jobs
from markroom.kit.events import order_subscribers
from markroom.kit.processes import preload
from markroom.marking import endpoints as marking
from markroom.marking import tasks as marking_tasks
from markroom.mcp import endpoints as mcp
from markroom.memories import endpoints as memories
from markroom.memories import exchange_endpoints as memories_exchange
from markroom.memories import tasks as memories_tasks
from markroom.operation import endpoints as operation
from markroom.operation import tasks as operation_tasks
from markroom.projects import endpoints as projects
from markroom.projects import invitation_endpoints as project_invitations
from markroom.projects import member_endpoints as project_members
from markroom.projects import tasks as projects_tasks
from markroom.projects.keys import endpoints as keys
from markroom.results import endpoints as results
from markroom.results import tasks as results_tasks
from markroom.school import endpoints as classes
from markroom.school import people_endpoints as class_people
from markroom.school import request_endpoints as enrollment
from markroom.school import tasks as school_tasks
from markroom.scripts import endpoints as scripts
from markroom.scripts import tasks as scripts_tasks
from markroom.web import app as web

preload(
    "markroom.scripts.sheets",
    "markroom.files.imaging",
    "markroom.exam_templates.detection.process",
    "markroom.exam_templates.schemes.process",
    "markroom.exam_templates.exchange.actions",
)

ROUTES = [
    jobs.routes,
    identity.routes,
    invitations.routes,
    members.routes,
    invitation_lists.routes,
    pupils.routes,
    addresses.routes,
    institutes.routes,
    closing.routes,
    operation.routes,  # before the lists of a school, whose address takes any name
    terms.routes,
    notices.routes,
    trail.routes,
    projects.routes,
    project_members.routes,
    project_invitations.routes,
    keys.routes,
    files.routes,
    catalogue.routes,
    exam_templates.routes,
    canvas.routes,
    versions.routes,
    shares.routes,
    handover.routes,
    detection.routes,
    schemes.routes,
    templates_exchange.routes,
    classes.routes,
    class_people.routes,
    class_people.school_routes,
    enrollment.class_routes,
    enrollment.routes,
    scripts.batch_routes,
    scripts.scan_routes,
    scripts.page_routes,
    scripts.script_routes,
    scripts.answer_routes,
    marking.batches,
    marking.claims,
    marking.marks,
    results.routes,
    graph.routes,
    memories.routes,
    memories.project_routes,
    memories_exchange.routes,
    mcp.routes,
]
TASKS = [
    identity_tasks,
    invitations_tasks,
    members_tasks,
    addresses_tasks,
    invitation_lists_tasks,
    notices_tasks,
    projects_tasks,
    shares_tasks,
    detection_tasks,
    schemes_tasks,
    school_tasks,
    scripts_tasks,
    marking_tasks,
    results_tasks,
    graph_tasks,
    memories_tasks,
    operation_tasks,
]
order_subscribers(TASKS)
install_pages = web.install
render_error_page = web.render_error_page
