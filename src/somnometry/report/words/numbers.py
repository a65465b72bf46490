"""Numbers and units in words, by rules that text, tables, pictures and pages share."""

from __future__ import annotations

import math

from ...core.verdict import Scale

__all__ = [
    "amount",
    "count",
    "declared_number",
    "listed",
    "number",
    "p_value",
    "probability",
    "ratio_words",
    "sentence",
    "shown",
    "span",
    "tenths",
    "unit_words",
]

Ways = tuple[str, str]
HIGHER: Ways = ("higher", "lower")

#: Unit -> how a difference in it is called; the first form stands with exactly 1.
UNITS = {
    "%": ("percentage point", "percentage points"),
    "min": ("minute", "minutes"),
    "1/h": ("per hour", "per hour"),
    "1/min": ("per minute", "per minute"),
    "1/epoch": ("per epoch", "per epoch"),
    "points": ("point", "points"),
    "h": ("hour", "hours"),
    "s": ("second", "seconds"),
    "bit": ("bit", "bits"),
    "uV": ("microvolt", "microvolts"),
    "uV^2": ("square microvolt", "square microvolts"),
    "uV/s": ("microvolt per second", "microvolts per second"),
    "1": ("", ""),
    "0/1": ("", ""),
    "count": ("", ""),
}
#: How a larger and a smaller ratio is called: of counts, and of a spread from night to night.
RATIOS = {"counts": ("more", "fewer"), "spread": ("larger", "smaller")}
MINUS = "−"


# ------------------------------------------------------------------------------------------------------------- numbers
def number(value: float) -> str:
    """Give a number as everything that people read shows it: the one rule of rounding.

    None from 100, one from 1, two decimals below; what would vanish keeps one significant digit. Nothing is printed of
    NaN.

    Examples
    --------
    >>> number(123.4), number(-12.34), number(1.25), number(0.126), number(0.00004), number(0.0), number(math.nan)
    ('123', '−12.3', '1.2', '0.13', '0.00004', '0', '')
    """
    if math.isnan(value):
        return ""
    sign, size = (MINUS if value < 0 else ""), abs(value)
    if math.isinf(size):
        return f"{sign}∞"
    if size == 0:
        return "0"
    text = f"{size:.0f}" if size >= 100 else f"{size:.1f}" if size >= 1 else f"{size:.2f}"
    return sign + (text if float(text) else f"{size:.{-math.floor(math.log10(size))}f}")


def tenths(value: float) -> str:
    """Give what was measured in minutes or per cent, with one decimal: the half minutes of epochs are seen.

    What would vanish keeps one significant digit. Nothing is printed of NaN.

    Examples
    --------
    >>> tenths(404.0), tenths(352.5), tenths(0.98), tenths(0.0), tenths(0.04), tenths(-1.0), tenths(math.nan)
    ('404.0', '352.5', '1.0', '0.0', '0.04', '−1.0', '')
    """
    if not math.isfinite(value):
        return number(value)
    text = f"{abs(value):.1f}"
    return number(value) if value and not float(text) else (MINUS if value < 0 else "") + text


def shown(value: float, scale: Scale = "difference") -> str:
    """Give an effect as tables and pictures show it: by `number`, and a ratio with two decimals.

    Examples
    --------
    >>> shown(-12.34), shown(1.234, "ratio")
    ('−12.3', '1.23')
    """
    return f"{value:.2f}" if scale == "ratio" and math.isfinite(value) else number(value)


def declared_number(value: float) -> str:
    """Give a number as it was declared: no more digits than it has.

    Examples
    --------
    >>> declared_number(20.0), declared_number(0.8), declared_number(-1.25)
    ('20', '0.8', '−1.25')
    """
    return f"{value:g}".replace("-", MINUS)


def p_value(value: float) -> str:
    """Give a probability with three decimals; nothing of NaN.

    Examples
    --------
    >>> p_value(0.04), p_value(0.0004), p_value(0.9999), p_value(math.nan)
    ('0.040', '< 0.001', '> 0.999', '')
    """
    if math.isnan(value):
        return ""
    return "< 0.001" if value < 0.001 else "> 0.999" if value > 0.999 else f"{value:.3f}"


def probability(value: float, of: str = "") -> str:
    """Give a probability in a sentence, behind a word that stands only before a number.

    Examples
    --------
    >>> probability(0.04), probability(0.04, "of at most"), probability(0.0004, "of"), probability(0.9999)
    ('0.040', 'of at most 0.040', 'below 0.001', 'above 0.999')
    """
    if value < 0.001:
        return "below 0.001"
    return "above 0.999" if value > 0.999 else f"{of} {p_value(value)}".strip()


def count(n: int, noun: str, plural: str = "") -> str:
    """Give a number of things.

    Examples
    --------
    >>> count(1, "night"), count(2, "night"), count(3, "person", "people")
    ('1 night', '2 nights', '3 people')
    """
    return f"{n} {noun if n == 1 else plural or noun + 's'}"


def amount(value: float, unit: str, *, declared: bool = False) -> str:
    """Give the size of a difference with its unit, without its sign.

    Examples
    --------
    >>> amount(-4.24, "min"), amount(1.0, "min", declared=True), amount(3.0, "%", declared=True), amount(2.0, "")
    ('4.2 minutes', '1 minute', '3 percentage points', '2.0')
    """
    text = declared_number(abs(value)) if declared else number(abs(value))
    one, many = UNITS.get(unit, (unit, unit))
    return f"{text} {one if text == '1' else many}".strip()


def unit_words(unit: str) -> str:
    """Give the unit of several of a difference; empty where there is none.

    Examples
    --------
    >>> unit_words("min"), unit_words("%"), unit_words("count")
    ('minutes', 'percentage points', '')
    """
    return UNITS.get(unit, (unit, unit))[1]


def ratio_words(value: float, kind: str = "counts") -> str:
    """Give a ratio as a share more or fewer.

    Examples
    --------
    >>> ratio_words(0.8), ratio_words(1.25), ratio_words(0.8, "spread"), ratio_words(1.0)
    ('20 % fewer', '25 % more', '20 % smaller', 'as many')
    """
    more, fewer = RATIOS[kind]
    percent = 100 * abs(value - 1)
    if not math.isfinite(percent):
        return f"any number {more}" if kind == "counts" else f"any amount {more}"
    if _is_none(value):
        return "as many" if kind == "counts" else "as large"
    return f"{percent:.0f} % {more if value > 1 else fewer}"


def _is_none(ratio: float) -> bool:
    """Whether a ratio is shown as no difference."""
    return f"{100 * abs(ratio - 1):.0f}" == "0"


# ------------------------------------------------------------------------------------------------------------ sentences
def span(
    low: float, high: float, unit: str, scale: Scale = "difference", kind: str = "counts", ways: Ways = HIGHER
) -> str:
    """Give an interval of a difference, or of a ratio, in words.

    Examples
    --------
    >>> span(-20.1, -4.5, "min"), span(-3, 10.2, "min"), span(1, math.inf, "min")
    ('4.5 to 20.1 minutes lower', '3.0 minutes lower to 10.2 minutes higher', '1.0 minutes to any amount higher')
    >>> span(0.7, 0.9, "count", "ratio"), span(0.9, 1.2, "count", "ratio")
    ('10 to 30 % fewer', '10 % fewer to 20 % more')
    """
    if scale == "ratio":
        if (low < 1) != (high < 1) or not all(map(math.isfinite, (low, high))) or _is_none(low) or _is_none(high):
            return f"{ratio_words(low, kind)} to {ratio_words(high, kind)}"
        near, far = (low, high) if low >= 1 else (high, low)
        return f"{100 * abs(near - 1):.0f} to {ratio_words(far, kind)}"
    if low < 0 < high or low == 0 or high == 0:
        return f"{_way(low, unit, ways)} to {_way(high, unit, ways)}"
    near, far = (low, high) if low > 0 else (high, low)
    way = ways[0] if low > 0 else ways[1]
    if math.isinf(far):
        return f"{amount(near, unit)} to any amount {way}"
    return f"{number(abs(near))} to {amount(far, unit)} {way}"


def _way(value: float, unit: str, ways: Ways) -> str:
    if value == 0:
        return "no difference"
    size = "any amount" if math.isinf(value) else amount(value, unit)
    return f"{size} {ways[0] if value > 0 else ways[1]}"


def listed(names: tuple[str, ...] | list[str]) -> str:
    """Give names as a sentence lists them.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    names = list(names)
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def sentence(text: str) -> str:
    """Give a text with a capital and a full stop.

    Examples
    --------
    >>> sentence("nights were lost"), sentence("It is so.")
    ('Nights were lost.', 'It is so.')
    """
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
