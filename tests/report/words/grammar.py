"""What no sentence of ours may hold, whatever its facts."""

import re

#: What no sentence holds: an unfilled or empty fact, a wrong plural or article, a p or a number that nobody reads.
WRONG = {
    "an unfilled fact": r"[{}]|\bNone\b|\bnan\b|\binf\b",
    "a doubled, leading or trailing blank, or one before a comma": r"  |^ | $| [,;.:)]|\( ",
    "one of many": r"(?<![\d.,−])1 (subjects|people|nights|events|orders|periods|minutes|hours|points)\b",
    "many of one": r"\b([02-9]|\d\d+) (subject|night|event|order|minute|hour)\b",
    "a wrong article": r"\b[Aa] (n-of|hour|AHI|N1|N2|N3|[aeio]\w+ )|\b[Aa]n (psg|headband|wearable|REM|person)",
    "p that is nothing": r"(?:p|probability of) (?:= )?(?:0|1)(?:\.0+)?(?![.\d])|\d+e[-+]?\d",
    "an ASCII minus before a number": r"(?<![\w.)])-\d",
    "a doubled word": r"\b(\w+) \1\b",
    "a doubled full stop": r"\.\.|\?\.|;\.|,\.",
}


def faults(text):
    return [what for what, pattern in WRONG.items() if re.search(pattern, text)]
