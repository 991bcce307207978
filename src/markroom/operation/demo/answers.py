"""What demo pupils answer: for each question a few attempts with the marks they deserve."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

Mark = Literal["cross", "tick", "fill", "ring", "changed", "double"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Lines of working or prose; `final` goes on the answer line."""

    marks: int
    lines: tuple[str, ...]
    final: str = ""
    crossed_out: str = ""  # a first try that the pupil struck through


@dataclass(frozen=True, slots=True)
class Choice:
    """A multiple-choice answer: `label` is what the pupil means, None where they mean nothing readable."""

    label: str | None
    mark: Mark | None  # None: left empty
    other: str | None = None  # the box of the first mind, or the second cross
    marks: int = 0


@dataclass(frozen=True, slots=True)
class PupilAnswers:
    """All a pupil wrote; a question that is missing was left blank."""

    choices: Mapping[str, Choice]  # by question path
    attempts: Mapping[str, Attempt]

    def marks(self) -> dict[str, int]:
        """The marks each answered question deserves."""
        given = {path: choice.marks for path, choice in self.choices.items() if choice.mark}
        return given | {path: attempt.marks for path, attempt in self.attempts.items()}


RIGHT_CHOICES = {"1": "D", "2": "C", "3": "A", "4": "B"}

_ENERGY_STORY = (
    "Her kinetic energy store goes down. Friction between the brake pads and the wheel does work, so energy "
    "goes to the thermal store of the brakes and they get hot. It ends up dissipated to the surroundings."
)

ATTEMPTS: dict[str, tuple[Attempt, ...]] = {
    "5(a)": (
        Attempt(1, ("metre rule",)),
        Attempt(1, ("a tape measure",)),
        Attempt(0, ("stopwatch",)),
    ),
    "5(b)": (
        Attempt(3, ("speed = distance ÷ time", "= 1.26 ÷ 3.0"), "0.42"),
        Attempt(3, ("1.26 / 3 = 0.42",), "0.42", "0.85 / 3 = 0.28"),
        Attempt(2, ("s = d ÷ t", "1.26 ÷ 3"), "0.4.2"),
        Attempt(1, ("speed = distance ÷ time", "0.42 ÷ 3 = 0.14"), "0.14"),
        Attempt(0, ("3 ÷ 1.26",), "2.38"),
    ),
    "5(c)(i)": (
        Attempt(
            3,
            ("More of the weight acts down the slope so the resultant force is bigger and F = ma",),
        ),
        Attempt(2, ("The force along the track is bigger because it is steeper so it accelerates more",)),
        Attempt(1, ("because there is a bigger force on the car",)),
        Attempt(0, ("because it goes faster down a hill",)),
    ),
    "5(c)(ii)": (
        Attempt(2, ("mass of the car", "where it starts from")),
        Attempt(2, ("the same car", "surface of track")),
        Attempt(1, ("mass of car", "the time")),
        Attempt(0, ("gravity", "the speed")),
    ),
    "6(a)": (
        Attempt(4, ("full",)),
        Attempt(3, ("full",)),
        Attempt(2, ("points",)),
    ),
    "6(b)": (
        Attempt(2, (), "2.5"),
        Attempt(2, ("from graph",), "2.45"),
        Attempt(0, (), "10"),
    ),
    "6(c)": (
        Attempt(
            4, ("It is a straight line through the origin so extension is proportional to force, up to 4 N",)
        ),
        Attempt(2, ("the line is straight and goes through 0",)),
        Attempt(1, ("it is a straight line",)),
        Attempt(0, ("it goes up",)),
    ),
    "7(a)(i)": (
        Attempt(2, ("½ × 80 × 5²", "= 40 × 25"), "1000"),
        Attempt(2, ("0.5 × 80 × 25 = 1000",), "1000", "80 × 5 = 400"),
        Attempt(1, ("0.5 × 80 × 5²", "= 200"), "200"),
        Attempt(0, ("80 × 5",), "400"),
    ),
    "7(a)(ii)": (
        Attempt(3, ("W = F × d", "1000 = F × 4", "F = 250"), "250"),
        Attempt(2, ("1000 ÷ 4",), "25"),
        Attempt(1, ("work = force × distance", "F = 1000 × 4"), "4000"),
        Attempt(0, ("80 × 10",), "800"),
    ),
    "7(b)": (
        Attempt(
            4,
            (_ENERGY_STORY,),
        ),
        Attempt(
            3,
            ("Kinetic energy is transferred to thermal energy in the brakes, work done by friction",),
        ),
        Attempt(1, ("the kinetic energy turns into heat",)),
        Attempt(0, ("The brakes rub so she stops and they use up all the energy",)),
    ),
    "8(a)": (
        Attempt(2, ("5x - 2x = 11 + 7", "3x = 18", "x = 6"), "x = 6"),
        Attempt(2, ("3x = 18",), "6", "7x = 18"),
        Attempt(1, ("3x = 18", "x = 54"), "54"),
        Attempt(0, ("7x = 4",), "0.57"),
    ),
    "8(b)(i)": (
        Attempt(2, (), "C = 12 + 0.03n"),
        Attempt(1, (), "12 + 0.03n"),
        Attempt(0, (), "C = 12 + 3n"),
    ),
    "8(b)(ii)": (
        Attempt(2, ("14.40 - 12 = 2.40", "2.40 ÷ 0.03"), "80"),
        Attempt(1, ("2.40 ÷ 3",), "0.8"),
        Attempt(0, ("14.40 ÷ 3",), "4.8"),
    ),
    "8(c)": (
        Attempt(2, ("276 ÷ 1.15 = 240",), "240"),
        Attempt(2, ("115% = 276", "1% = 2.4", "100% = 240"), "240", "276 × 0.85"),
        Attempt(0, ("15% of 276 = 41.4", "276 - 41.4"), "234.60"),
    ),
}


def choose_answers(seed: int, script_number: int) -> PupilAnswers:
    """One pupil's answers: able pupils pick good attempts more often; always the same for the same seed."""
    rng = np.random.default_rng([seed, script_number])
    ability = float(rng.beta(3, 2))
    attempts = {}
    for path, options in ATTEMPTS.items():
        if rng.random() > 0.05 + 0.2 * (1 - ability):
            place = rng.beta(1.2, 0.6 + 3 * ability) * len(options)
            attempts[path] = options[min(int(place), len(options) - 1)]
    return PupilAnswers(
        {path: _choose(rng, right, ability) for path, right in RIGHT_CHOICES.items()}, attempts
    )


def _choose(rng: np.random.Generator, right: str, ability: float) -> Choice:
    label = right if rng.random() < 0.3 + 0.65 * ability else str(rng.choice(list("ABCD")))
    other = str(rng.choice([box for box in "ABCD" if box != label]))
    marks = int(label == right)
    luck = rng.random()
    if luck < 0.05:
        return Choice(None, None)
    if luck < 0.12:
        return Choice(label, "changed", other, marks)
    if luck < 0.15:
        return Choice(None, "double", other)
    mark: Mark = "cross" if luck < 0.75 else "tick" if luck < 0.88 else "fill" if luck < 0.95 else "ring"
    return Choice(label, mark, None, marks)
