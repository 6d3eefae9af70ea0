"""The one way up: an app announces a dotted name, an app above has registered a function for it."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

_registry: dict[str, list[Callable[..., Any]]] = defaultdict(list)


def effect(name: str) -> Callable[[F], F]:
    """Register the function for the announced name; it runs inside the announcing transaction."""

    def register(function: F) -> F:
        if function not in _registry[name]:
            _registry[name].append(function)
        return function

    return register


def announce(name: str, /, **facts: Any) -> list[Any]:
    """Call every function registered for the name, in order of registration, and return their answers."""
    return [function(**facts) for function in _registry[name]]


def registered_for(name: str) -> list[Callable[..., Any]]:
    """The functions for one name, in order of registration."""
    return list(_registry.get(name, ()))


def registered() -> dict[str, list[str]]:
    """Name → functions, for the generated list."""
    return {name: [f"{f.__module__}.{f.__qualname__}" for f in found] for name, found in sorted(_registry.items())}
