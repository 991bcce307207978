"""What the demo school's team decided while it marked: (question, kind, tags, text)."""

DECISIONS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    (
        "5(b)",
        "decision",
        ("rounding",),
        "Take 0.42 and 0.420 as well as 0.4 where 1.26 ÷ 3.0 is shown. No mark for 0.4 alone.",
    ),
    (
        "5(c)(i)",
        "decision",
        ("command words",),
        (
            "“Explain” needs a reason: a steeper track has a larger component of weight along it. "
            "“It goes faster because it is steeper” earns one mark, not two."
        ),
    ),
    (
        "6(a)",
        "exemplar",
        ("graphs",),
        (
            "Full marks: five crosses within half a square, and one straight line through the origin, which "
            "leaves the last point out. A line bent towards the last point loses the line mark."
        ),
    ),
    (
        "6(c)",
        "misconception",
        ("Hooke's law",),
        (
            "Many write that extension goes up when force goes up. That is not proportion: look for a "
            "straight line through the origin, or for doubling."
        ),
    ),
    (
        "7(a)(i)",
        "misconception",
        ("units", "squares"),
        "0.5 × 80 × 5.0 = 200 forgets the square. One mark for the substitution if the square is written.",
    ),
    (
        "8(c)",
        "decision",
        ("percentages",),
        "15 % taken off £276 (£234.60) earns nothing: the old price is 276 ÷ 1.15.",
    ),
)
