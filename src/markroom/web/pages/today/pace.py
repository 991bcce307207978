"""How long marking will take, in words one would use."""

from __future__ import annotations


def say_time(seconds: float) -> str:
    """`about 25 minutes`, `about 1½ hours`: rounded as people round."""
    minutes = max(1, round(seconds / 60))
    if minutes < 10:
        return f"about {minutes} {'minute' if minutes == 1 else 'minutes'}"
    if minutes < 58:
        return f"about {5 * round(minutes / 5)} minutes"
    halves = round(minutes / 30)
    hours = f"{halves // 2 or ''}½" if halves % 2 and halves < 10 else str(round(halves / 2))
    return f"about {hours} {'hour' if hours == '1' else 'hours'}"
