"""A procedure as a drawing (SVG), generated from its definition: steps downwards, other ways at the sides."""

from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

from zerentian.procedures.rules.definition import OutcomeEntry, Procedure, StepEntry

LEFT, WIDTH, HEIGHT, PITCH, TOP = 150, 330, 58, 112, 30
TOTAL = 820
Words = Callable[[object], str]


@dataclass(frozen=True, slots=True)
class Drawing:
    """How the drawing speaks: words of an entry, and who decides a step."""

    words: Words
    decider: Callable[[StepEntry], str]
    title: str = ""


def svg(procedure: Procedure, speech: Drawing) -> str:
    """The drawing as one SVG element; it takes the colour of the text around it."""
    rows = {step.id: TOP + number * PITCH for number, step in enumerate(procedure.steps)}
    height = TOP + len(rows) * PITCH
    ends = {result.key: speech.words(result) for result in procedure.results}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{TOTAL}" height="{height}" viewBox="0 0 {TOTAL} {height}"'
        f' role="img" aria-label="{escape(speech.title, {chr(34): "&quot;"})}" fill="none" stroke="currentColor" font-size="14">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"'
        ' orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" fill="currentColor" stroke="none"/></marker></defs>',
    ]
    for number, step in enumerate(procedure.steps):
        following = procedure.steps[number + 1].id if number + 1 < len(procedure.steps) else ""
        parts += _step(number, step, rows[step.id], speech)
        parts += _outcomes(step, rows, following, ends, speech)
        parts += _backwards(number, step, rows)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _text(x: int, y: int, text: str, *, anchor: str = "start", size: int = 14, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}"{weight} fill="currentColor" stroke="none">'
        f"{escape(text)}</text>"
    )


def _step(number: int, step: StepEntry, y: int, speech: Drawing) -> list[str]:
    middle = LEFT + WIDTH // 2
    return [
        f'<rect x="{LEFT}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6"/>',
        _text(middle, y + 24, f"{number + 1}. {speech.words(step.title)}", anchor="middle", bold=True),
        _text(middle, y + 45, _short(speech.decider(step), 46), anchor="middle", size=12),
    ]


def _short(text: str, most: int) -> str:
    """The text as far as it fits; a Chinese character takes two columns."""
    width = 0
    for at, sign in enumerate(text):
        width += 2 if ord(sign) > 0x2E7F else 1
        if width > most:
            return text[:at] + "…"
    return text


def _outcomes(
    step: StepEntry, rows: dict[str, int], following: str, ends: dict[str, str], speech: Drawing
) -> list[str]:  # fmt: skip
    """Down to the next step, right to an end, or around the right side to another step."""
    y, right, drawn = rows[step.id], LEFT + WIDTH, []
    aside = [one for one in step.outcomes if one.to != following or not one.to]
    for one in step.outcomes:
        if one.to == following and one.to:
            drawn.append(_line(LEFT + WIDTH // 2, y + HEIGHT, LEFT + WIDTH // 2, y + PITCH))
            drawn.append(_text(LEFT + WIDTH // 2 + 8, y + HEIGHT + 32, speech.words(one.title), size=12))
    for number, one in enumerate(aside):
        at = y + 14 + number * 30
        drawn += _aside(one, at, right, rows, ends, speech)
    return drawn


def _aside(
    one: OutcomeEntry, at: int, right: int, rows: dict[str, int], ends: dict[str, str], speech: Drawing
) -> list[str]:  # fmt: skip
    if one.ends:
        label = f"{speech.words(one.title)} → {ends[one.ends]}"
        return [_line(right, at, right + 26, at), _text(right + 32, at + 4, _short(label, 46), size=12)]
    target = rows[one.to] + HEIGHT - 8
    return [
        f'<path d="M{right} {at}H{right + 16}V{target}H{right + 2}" marker-end="url(#tip)"/>',
        _text(right + 32, at + 4, _short(speech.words(one.title), 46), size=12),
    ]


def _backwards(number: int, step: StepEntry, rows: dict[str, int]) -> list[str]:
    """Where it may be sent back to: dashed, at the left."""
    y, drawn = rows[step.id] + HEIGHT // 2, []
    for order, back in enumerate(step.back_to):
        out = LEFT - 18 - (number * 11 + order * 23) % 120
        target = rows[back] + HEIGHT // 2 + 6
        drawn.append(
            f'<path d="M{LEFT} {y}H{out}V{target}H{LEFT - 2}" stroke-dasharray="4 4" stroke-opacity=".6"'
            ' marker-end="url(#tip)"/>'
        )
    return drawn


def _line(x1: int, y1: int, x2: int, y2: int) -> str:
    return f'<path d="M{x1} {y1}L{x2} {y2}" marker-end="url(#tip)"/>'
