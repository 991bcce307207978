"""The mark scheme of the demo paper: one point a mark, method (M), accuracy (A) or independent (B)."""

from typing import Any

_POINTS = {
    "1": ("B1 D",),
    "2": ("B1 C",),
    "3": ("B1 A",),
    "4": ("B1 B",),
    "5(a)": ("B1 metre rule or tape measure",),
    "5(b)": ("M1 distance divided by time", "M1 1.26 / 3.0", "A1 0.42"),
    "5(c)(i)": (
        "B1 a larger component of the weight acts along the track",
        "B1 so the resultant force is greater",
        "B1 and acceleration is proportional to resultant force",
    ),
    "5(c)(ii)": ("B1 mass of the car", "B1 starting point or surface of the track"),
    "6(a)": (
        "B1 both axes labelled with quantity and unit",
        "B1 all points plotted to half a square",
        "B1 straight line through the first four points",
        "B1 last point recognised as anomalous or curve",
    ),
    "6(b)": ("M1 line drawn on graph at 5.0 cm", "A1 2.4 to 2.6"),
    "6(c)": (
        "B1 straight line",
        "B1 through the origin",
        "B1 so extension is proportional to force",
        "B1 up to 4 N or limit of proportionality",
    ),
    "7(a)(i)": ("M1 0.5 × 80 × 5.0²", "A1 1000"),
    "7(a)(ii)": ("M1 work done = force × distance", "M1 1000 / 4.0", "A1 250"),
    "7(b)": (
        "B1 kinetic store of the cyclist decreases",
        "B1 thermal store of the brakes increases",
        "B1 work is done against friction",
        "B1 energy dissipated to the surroundings",
    ),
    "8(a)": ("M1 3x = 18", "A1 6"),
    "8(b)(i)": ("M1 0.03n seen", "A1 C = 12 + 0.03n"),
    "8(b)(ii)": ("M1 2.40 / 0.03", "A1 80"),
    "8(c)": ("M1 276 / 1.15", "A1 240"),
}


def mark_scheme(path: str) -> dict[str, Any] | None:
    """`{points:[{code, text, marks}]}` of a question; None for one that has parts."""
    points = [{"code": point[:2], "text": point[3:], "marks": 1} for point in _POINTS.get(path, ())]
    return {"points": points} if points else None
