"""The first page of the demo paper."""

from markroom.operation.demo.exam_page import LEFT, RIGHT, WIDTH, ExamPages


def draw_cover(pages: ExamPages, total_marks: int) -> None:
    """Names, numbers, instructions and the table where marks are added up."""
    pages.text(LEFT, 26, "Please write clearly in block capitals.", size=9)
    for x, words, count in ((LEFT, "Centre number", 5), (112.0, "Candidate number", 4)):
        pages.text(x, 37, words, size=10)
        for i in range(count):
            pages.box(x + 32 + 8 * i, 31, 8, 9)
    pages.area(112.0 + 32, 31, 32, 9, "candidate_number", {"boxes": 4})
    for y, words in ((52.0, "Surname"), (64.0, "Forename(s)"), (76.0, "Class")):
        pages.text(LEFT, y, words, size=10)
        pages.line(LEFT + 26, y + 1, RIGHT, y + 1)
    pages.area(LEFT + 26, 44, RIGHT - LEFT - 26, 21.5, "name")
    pages.line(LEFT, 86, RIGHT, 86, 2)
    pages.text(LEFT, 102, "Year 11", "Helvetica-Bold", 26)
    pages.text(LEFT, 113, "SCIENCE AND MATHEMATICS", "Helvetica-Bold", 18)
    pages.text(LEFT, 122, "Paper 1   Motion, Energy and Numbers", size=14)
    pages.line(LEFT, 128, RIGHT, 128, 2)
    pages.text(LEFT, 138, "Summer mock examination", "Helvetica-Bold", 12)
    pages.text(RIGHT, 138, "Time allowed: 50 minutes", "Helvetica-Bold", 12, "right")
    _draw_instructions(pages, total_marks)
    _draw_examiner_box(pages)
    pages.text(RIGHT, 280, "Turn over", "Helvetica-Bold", 10, "right")
    pages.text(WIDTH / 2, 288, pages.reference, size=7, align="centre")


def _draw_instructions(pages: ExamPages, total_marks: int) -> None:
    blocks = (
        ("Materials", ("For this paper you must have a ruler, a pencil and a calculator.",)),
        (
            "Instructions",
            (
                "Use black ink or black ball-point pen. Use pencil only for drawing.",
                "Answer all questions in the spaces provided.",
                "In questions 1 to 4 put a cross in one box. If you change your mind, put a line",
                "through the box and mark your new answer with a cross.",
                "Show all your working. Cross through any work you do not want to be marked.",
            ),
        ),
        (
            "Information",
            (
                "The marks for questions are shown in brackets.",
                f"The maximum mark for this paper is {total_marks}.",
                "The formula for kinetic energy is given where you need it.",
            ),
        ),
    )
    y = 152.0
    for heading, lines in blocks:
        pages.text(LEFT, y, heading, "Helvetica-Bold", 11)
        for line in lines:
            y += 6.2
            if not line.startswith("through"):
                pages.text(LEFT + 1, y, "•", size=11)
            pages.text(LEFT + 5, y, line, size=10)
        y += 10


def _draw_examiner_box(pages: ExamPages) -> None:
    x, y, widths = 146.0, 208.0, (24.0, 16.0)
    pages.box(x, y, sum(widths), 7, fill=0.88)
    pages.text(x + 20, y + 4.8, "For Examiner's Use", "Helvetica-Bold", 8.5, "centre")
    for row, words in enumerate(["Question", "1 to 4", "5", "6", "7", "8", "TOTAL"]):
        top = y + 7 + 7 * row
        pages.box(x, top, widths[0], 7)
        pages.box(x + widths[0], top, widths[1], 7)
        font = "Helvetica-Bold" if row in {0, 6} else "Helvetica"
        pages.text(x + widths[0] / 2, top + 4.8, words, font, 9, "centre")
    pages.text(x + widths[0] + widths[1] / 2, y + 11.8, "Mark", "Helvetica-Bold", 9, "centre")
