"""somnometry measures sleep: recordings to measured architecture, architecture to answers about claims.

    EDF folder -> Recording -> Features -> Hypnogram (+ probabilities) -> architecture metrics -> Claim -> Verdict

The public names are listed once, in ``__init__.pyi``, and imported when they are first used, so that importing the
package stays cheap.
"""

import warnings

import lazy_loader

__version__ = "0.2.0"

#: Public names of the release before -> what has taken their place.
_DEPRECATED: dict[str, str] = {"Reported": "Architecture"}

_attribute, _, __all__ = lazy_loader.attach_stub(__name__, __file__)
__all__ = [*__all__, "__version__"]


def __getattr__(name: str) -> object:
    if name in _DEPRECATED:
        now = _DEPRECATED[name]
        warnings.warn(f"somnometry.{name} is now somnometry.{now}", DeprecationWarning, stacklevel=2)
        name = now
    if name not in __all__:
        raise AttributeError(f"module 'somnometry' has no attribute {name!r}")
    return _attribute(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
