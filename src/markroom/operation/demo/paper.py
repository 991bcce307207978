"""The demo school's own exam paper: Year 11 science and mathematics, 8 pages, 40 marks."""

from functools import cache
from typing import Any

from markroom.operation.demo.cover import draw_cover
from markroom.operation.demo.exam_page import HEIGHT, LEFT, RIGHT, WIDTH, ExamPages

TITLE = "Year 11 Science and Mathematics: Motion, Energy and Numbers"
TOTAL_MARKS = 40
PAGE_COUNT = 8


def demo_paper() -> bytes:
    """The paper as PDF, byte for byte the same every time."""
    return _draw()[0]


def demo_paper_truth() -> dict[str, Any]:
    """Its true structure as a template takes it: page_count, total_marks and the three lists.

    Bounds are page fractions from the top left. Questions carry `mark_scheme {points:[{code, text, marks}]}`;
    multiple-choice areas carry `response_form {options:[{label, bounds}]}`.
    """
    truth = _draw()[1].truth
    return {
        "page_count": PAGE_COUNT,
        "total_marks": TOTAL_MARKS,
        "questions": [dict(question) for question in truth.questions],
        "response_areas": [dict(area) for area in truth.response_areas],
        "boundaries": [dict(boundary) for boundary in truth.boundaries],
    }


@cache
def _draw() -> tuple[bytes, ExamPages]:
    pages = ExamPages(TITLE, "MR/Y11/SM/1")
    draw_cover(pages, TOTAL_MARKS)
    pages.turn()
    _draw_choices(pages)
    pages.turn()
    _draw_motion(pages)
    pages.turn()
    _draw_graph(pages)
    pages.turn()
    _draw_energy(pages)
    pages.turn()
    _draw_blank(pages)
    pages.turn()
    _draw_algebra(pages)
    pages.turn()
    _draw_numbers(pages)
    return pages.finish(), pages


CHOICES = (
    (
        "1",
        "Which quantity is a vector?",
        ("distance", "mass", "speed", "velocity"),
    ),
    (
        "2",
        "A kettle transfers 90 000 J in 45 seconds. What is its power?",
        ("2 W", "200 W", "2000 W", "4 050 000 W"),
    ),
    (
        "3",
        "Which of these energy resources is renewable?",
        ("tidal power", "natural gas", "coal", "nuclear fuel"),
    ),
    (
        "4",
        "What is 0.000 37 written in standard form?",
        ("37 × 10^-5", "3.7 × 10^-4", "3.7 × 10^-3", "3.7 × 10^4"),
    ),
)


def _draw_choices(pages: ExamPages) -> None:
    pages.text(WIDTH / 2, pages.y - 4, "Answer all questions.", "Helvetica-Bold", align="centre")
    pages.gap(6)
    for path, words, choices in CHOICES:
        pages.question(path, words, 1, "mcq")
        pages.options(choices)
        pages.gap(6)


def _draw_motion(pages: ExamPages) -> None:
    pages.container("5", "A student measures how far a toy car rolls along a track in equal times.", 9)
    pages.gap(2)
    pages.table(
        55, (38, 22, 22, 22), [("Time in s", "1.0", "2.0", "3.0"), ("Distance in m", "0.42", "0.85", "1.26")]
    )
    pages.question(
        "5(a)",
        "Name a measuring instrument for the distance.",
        1,
        "short",
    )
    pages.answer_lines(1)
    pages.question(
        "5(b)",
        "Calculate the average speed of the car over the whole 3.0 seconds.",
        3,
        "numeric",
    )
    pages.working(34, "m/s")
    pages.container("5(c)", "The student repeats the experiment with a steeper track.")
    pages.question(
        "5(c)(i)",
        "Explain why the car now has a greater acceleration.",
        3,
        "lines",
    )
    pages.answer_lines(5, 46)
    pages.question(
        "5(c)(ii)",
        "Give two variables that must be kept the same.",
        2,
        "short",
    )
    for number in ("1", "2"):
        pages.text(46, pages.y + 9, number)
        pages.answer_lines(1, 52)
        pages.gap(-7)
    pages.gap(9)
    pages.total("5", 9)


def _draw_graph(pages: ExamPages) -> None:
    pages.container(
        "6", "A spring is stretched by hanging masses from it. The table shows its extension.", 10
    )
    pages.gap(2)
    pages.table(
        40,
        (42, 16, 16, 16, 16, 16),
        [("Force in N", "1", "2", "3", "4", "5"), ("Extension in cm", "1.9", "4.1", "6.0", "8.0", "9.1")],
    )
    pages.question(
        "6(a)",
        "Plot the points on the grid and draw a line of best fit.",
        4,
        "graph",
    )
    corner = pages.graph_grid(45, 120, 100)
    for i in range(7):
        pages.text(corner[0] + 20 * i, corner[1] + 105, str(i), size=9, align="centre")
    for i in range(6):
        pages.text(corner[0] - 2, corner[1] + 101 - 20 * i, str(2 * i), size=9, align="right")
    pages.area(34, corner[1] - 3, 134, 116, form={"grid": True})
    pages.gap(10)
    pages.question(
        "6(b)",
        "Use your graph to find the force that gives an extension of 5.0 cm.",
        2,
        "numeric",
    )
    pages.working(12, "N")
    pages.question(
        "6(c)",
        "State how the graph shows that the spring obeys Hooke's law.",
        4,
        "lines",
    )
    pages.answer_lines(3)
    pages.total("6", 10)


def _draw_energy(pages: ExamPages) -> None:
    pages.container("7", "", 9)
    pages.container("7(a)", "A cyclist and her bicycle have a total mass of 80 kg. She rides at 5.0 m/s.")
    pages.question(
        "7(a)(i)",
        "Kinetic energy = 0.5 × mass × (speed)². Calculate her kinetic energy.",
        2,
        "numeric",
    )
    pages.working(30, "J")
    pages.question(
        "7(a)(ii)",
        "She brakes and stops in a distance of 4.0 m. Calculate the average braking force.",
        3,
        "numeric",
    )
    pages.working(36, "N")
    pages.question(
        "7(b)",
        "Describe the energy transfers while she brakes, and explain why her brakes get hot.",
        4,
        "long",
    )
    pages.answer_lines(9)
    pages.total("7", 9)


def _draw_blank(pages: ExamPages) -> None:
    pages.text(
        WIDTH / 2, 60, "There are no questions printed on this page.", "Helvetica-Bold", align="centre"
    )
    pages.text(WIDTH / 2, 160, "DO NOT WRITE ON THIS PAGE", "Helvetica-Bold", 13, "centre")
    pages.text(WIDTH / 2, 168, "ANSWER IN THE SPACES PROVIDED", "Helvetica-Bold", 13, "centre")


def _draw_algebra(pages: ExamPages) -> None:
    pages.container("8", "", 8)
    pages.question("8(a)", "Solve  5x - 7 = 2x + 11", 2, "numeric")
    pages.working(42)
    pages.container("8(b)", "A mobile phone contract costs £12 each month and 3p for each text message.")
    pages.question(
        "8(b)(i)",
        "Write a formula for the cost C, in pounds, of a month with n messages.",
        2,
        "short",
    )
    pages.working(30)
    pages.question(
        "8(b)(ii)",
        "One month costs £14.40. How many messages were sent?",
        2,
        "numeric",
    )
    pages.working(36)
    pages.text(RIGHT, 276, "Question 8 continues on the next page", "Helvetica-Bold", 10, "right")


def _draw_numbers(pages: ExamPages) -> None:
    pages.question(
        "8(c)",
        "The price of a bicycle rises by 15% to £276. Work out its old price.",
        2,
        "numeric",
    )
    pages.working(44, "pounds")
    pages.total("8", 8)
    pages.text(WIDTH / 2, pages.y + 12, "END OF QUESTIONS", "Helvetica-Bold", 13, "centre")
    pages.line(LEFT, HEIGHT - 60, RIGHT, HEIGHT - 60, 0.5)
    pages.text(
        LEFT,
        HEIGHT - 54,
        "This paper was made for demonstration. Any likeness to a real paper is chance.",
        size=8,
    )
