"""A query in XML (`Poll` of EPCIS 2.0, section 11.2, and of 1.2), read as the JSON that asks the same.

What a parameter means, and whether there is one of that name, is judged afterwards, by definition.
"""

import re
from typing import Any

from app.epcis.errors import invalid
from app.epcis.strict_json import LARGEST
from app.epcis.xml_fields import QUERIES
from app.epcis.xml_tree import Name, Node
from app.epcis.xml_tree import read as read_tree

_POLLED = "SimpleEventQuery"
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(\.\d{1,15})?", re.ASCII)
_TRUTH = {"true": True, "false": False}
_TYPE = Name("http://www.w3.org/2001/XMLSchema-instance", "type")


def read(data: bytes) -> dict[str, Any]:
    """The parameters by name. Raises Invalid for what is no poll of the simple event query; TooLarge."""
    root = read_tree(data, largest=LARGEST)
    if root.name.local != "EPCISQueryDocument" or root.name.namespace not in QUERIES:
        raise invalid("", "a query in XML is an EPCISQueryDocument with a Poll")
    poll = _one(_one(root, "EPCISBody", ""), "Poll", "")
    name = _one(poll, "queryName", "/queryName").text
    if name != _POLLED:
        raise invalid("/queryName", f"only {_POLLED} can be asked with parameters")
    said: dict[str, Any] = {}
    for index, param in enumerate(each for params in poll.named("params") for each in params.children):
        at = f"/params/{index}"
        parameter = _one(param, "name", f"{at}/name").text
        if parameter in said:
            raise invalid(f"{at}/name", f"{parameter} stands twice")
        said[parameter] = _value(_one(param, "value", f"{at}/value"))
    return said


def _value(node: Node) -> Any:
    """A list of texts, nothing (of a parameter that only asks whether something is there), or one value."""
    kind = next((text for name, text in node.attributes.items() if _same(name, _TYPE)), "").rpartition(":")[2]
    if node.children or kind == "ArrayOfString":
        return [each.text for each in node.children]
    if kind == "VoidHolder" or not node.text:
        return None
    if kind == "string":
        return node.text
    number = _NUMBER.fullmatch(node.text)
    if number:
        return float(node.text) if number[1] else int(node.text)
    return _TRUTH.get(node.text, node.text)


def _same(name: Name, other: Name) -> bool:
    return (name.namespace, name.local) == (other.namespace, other.local)


def _one(holder: Node, local: str, at: str) -> Node:
    found = holder.named(local)
    if len(found) != 1:
        raise invalid(at, f"{local} must stand once in {holder.name.local}")
    return found[0]
