"""Components of the interface as template tags: parameters that are checked, and components around content."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a component: `name` is required, `name?` optional, `name:a|b` one of these (first = default)."""

    name: str
    choices: tuple[str, ...] = ()
    is_required: bool = False

    @classmethod
    def parse(cls, text: str) -> "Parameter":
        """From its written form; `name:a|b!` is a choice that must be made."""
        name, _sep, choices = text.partition(":")
        if choices:
            return cls(name, tuple(choices.rstrip("!").split("|")), choices.endswith("!"))
        return cls(name.rstrip("?"), (), not name.endswith("?"))

    def checked(self, given: Mapping[str, Any], component: str) -> Any:
        """The value to use; refuses a missing parameter and an unknown variant."""
        value = given.get(self.name, None)
        if value is None or (self.choices and value == ""):
            if self.is_required and self.name not in given:
                raise TemplateSyntaxError(f"{component} needs the parameter {self.name!r}")
            return self.choices[0] if self.choices else ""
        if self.choices and str(value) not in self.choices:
            allowed = ", ".join(self.choices)
            raise TemplateSyntaxError(f"{component} has no {self.name} {value!r}; it has {allowed}")
        return value


class ParametersNode(Node):
    """Checks what a component was given and fills in what was left out."""

    def __init__(self, parameters: list[Parameter]) -> None:
        self.parameters = parameters
        self.known = {p.name for p in parameters} | {"body", "csrf_token"}

    def render(self, context: Context) -> str:
        """Nothing is printed; the context holds every parameter afterwards."""
        component = str(self.origin.template_name) if self.origin else "component"
        if len(context.dicts) > 2:
            raise TemplateSyntaxError(f"include {component} with `only`, so that no name of the page leaks into it")
        given: dict[Any, Any] = context.dicts[-1]
        if not given.keys() <= self.known and (unknown := set(given) - self.known - {"True", "False", "None"}):
            raise TemplateSyntaxError(f"{component} does not know the parameter {sorted(unknown)[0]!r}")
        for parameter in self.parameters:
            given[parameter.name] = parameter.checked(given, component)
        return ""


def parameters(parser: Parser, token: Token) -> ParametersNode:
    """`{% parameters text variant:info|danger href? %}` as the first tag of a component."""
    return ParametersNode([Parameter.parse(t) for t in token.split_contents()[1:]])


class BlockNode(Node):
    """A component around content: renders `ui/<name>.html` with the content as `body`."""

    def __init__(self, name: str, values: dict[str, FilterExpression], content: NodeList) -> None:
        self.name, self.values, self.content = name, values, content

    def render(self, context: Context) -> SafeString:
        """The component, isolated from the page like an include with `only`."""
        values = {key: expression.resolve(context) for key, expression in self.values.items()}
        values["body"] = self.content.render(context)
        assert context.template is not None
        component = context.template.engine.get_template(f"ui/{self.name}.html")
        return component.render(context.new(values))


def block(name: str) -> Callable[[Parser, Token], BlockNode]:
    """The tag of the component `ui/<name>.html` around content: `{% <name> title=… %}…{% end<name> %}`."""

    def compile_block(parser: Parser, token: Token) -> BlockNode:
        values: dict[str, FilterExpression] = {}
        for bit in token.split_contents()[1:]:
            key, sep, expression = bit.partition("=")
            if not sep:
                raise TemplateSyntaxError(f"{{% {name} %}} takes name=value, not {bit!r}")
            values[key] = parser.compile_filter(expression)
        content = parser.parse((f"end{name}",))
        parser.delete_first_token()
        return BlockNode(name, values, content)

    return compile_block
