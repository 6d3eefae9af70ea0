"""Reads what a rule pack or a form holds into its checked form; errors name file, line, key and reason."""

import re
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from zerentian.kernel.refusal import Reason, Refused
from zerentian.rulebook.rules.pack import Entry

E = TypeVar("E", bound=Entry)
_LOADER: Any = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # in C where PyYAML was built with libyaml: ten times as fast

_REASONS = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这一项，请检查拼写",
    "string_type": "应为文字",
    "string_too_short": "至少写 {min_length} 个字",
    "string_too_long": "最多写 {max_length} 个字",
    "int_parsing": "应为整数",
    "int_parsing_size": "应为整数",
    "int_from_float": "应为整数",
    "int_type": "应为整数",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不应小于 {ge}",
    "less_than_equal": "不应大于 {le}",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "date_from_datetime_parsing": "应为日期，如 2026-11-23",
    "date_from_datetime_inexact": "应为日期，如 2026-11-23",
    "date_parsing": "应为日期，如 2026-11-23",
    "date_type": "应为日期，如 2026-11-23",
    "decimal_parsing": "应为数字",
    "decimal_type": "应为数字",
    "finite_number": "应为数字",
    "list_type": "应为列表",
    "too_short": "至少要有一项",
    "literal_error": "应为 {expected} 之一",
    "enum": "应为 {expected} 之一",
    "model_type": "应为“键: 值”的形式",
    "dict_type": "应为“键: 值”的形式",
    "string_pattern_mismatch": "应为小写英文、数字和下划线",
}


def read_yaml(kind: type[E], text: str, file: str) -> E:
    """The checked content of a YAML text; Refused with one reason for each fault, naming file, line and key."""
    try:
        root = yaml.compose(text, Loader=_LOADER)
        content = yaml.load(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Refused(Reason("不是合格的 YAML，请检查这里的括号、冒号和缩进", f"{file} 第 {line} 行")) from error
    except yaml.YAMLError as error:
        raise Refused(Reason("文件里有不能识别的字符，请存为 UTF-8 文本", file)) from error
    except ValueError as error:  # written as a date or a number, but none, such as 2026-02-30
        found = _not_a_value(root)
        raise Refused(
            Reason(f"“{found.value}”不是日历上的日期，也不是数字；是文字的请加引号", _line_of(found, file))
        ) from error
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise Refused(*(_reason(fault, file, root) for fault in error.errors())) from error


def check_content(kind: type[E], content: Any) -> E:
    """The checked content of what a form made; Refused with one reason for each fault, naming its key."""
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise Refused(*(_spoken(_reason(fault, "", None)) for fault in error.errors())) from error


# How a page names the keys of an overlay.
_PLACES = {
    "title": "文件名称",
    "area": "适用地区",
    "valid_from": "生效日期",
    "valid_to": "失效日期",
    "tighten": "收紧",
    "add": "新增",
    "target": "目标",
    "due": "到期",
    "id": "编号",
    "statement": "责任内容",
    "subjects": "责任主体",
    "cycle": "周期",
    "requires": "指标",
    "month": "月",
    "day": "日",
    "days": "天数",
}


def _line_of(node: Any, file: str) -> str:
    return f"{file} 第 {node.start_mark.line + 1} 行"


def _not_a_value(root: Any) -> Any:
    """The first plain word of the text that can't be what it looks like; the whole text if there is none."""
    todo, seen = [root], set[int]()
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            todo += [part for pair in reversed(node.value) for part in reversed(pair)]
        elif isinstance(node, yaml.SequenceNode):
            todo += reversed(node.value)
        elif not node.style:
            try:
                yaml.load(node.value, Loader=_LOADER)
            except ValueError:
                return node
            except yaml.YAMLError:
                continue
    return root


def _spoken(reason: Reason) -> Reason:
    """The reason with the keys of its place in words, without the counting of lists."""
    words = [_PLACES.get(part, part) for part in reason.where.split(".") if not part.isdigit()]
    return Reason(reason.text, " ".join(words), reason.article)


def _reason(fault: Any, file: str, root: yaml.Node | None) -> Reason:
    place = [part for part in fault["loc"] if isinstance(part, int) or re.match(r"^[a-z_]+$", str(part))]
    key = ".".join(str(p) for p in place) or "（全文）"
    return Reason(_text(fault), f"{file} 第 {_line(root, place)} 行 {key}" if file else key)


def _text(fault: Any) -> str:
    """What is wrong, in the language of the house; what a check of our own says is in it already."""
    if fault["type"] == "value_error":
        return str(fault["msg"]).removeprefix("Value error, ")
    bounds = dict(fault.get("ctx", {}))
    bounds["expected"] = str(bounds.get("expected", "")).replace("'", "").replace(" or ", "、").replace(", ", "、")
    return _REASONS.get(fault["type"], "写法不对，请对照示例改正").format(**bounds)


def _line(node: yaml.Node | None, place: list[Any]) -> int:
    """The line of the innermost node on the path that exists in the file."""
    line = node.start_mark.line + 1 if node else 1
    for part in place:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == str(part)]
            if not found:
                break
            line, node = found[0][0].start_mark.line + 1, found[0][1]
            continue
        else:
            break
        line = node.start_mark.line + 1
    return line
