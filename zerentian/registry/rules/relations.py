"""What a member is to a new head, guessed from what both were to the old one; a person looks over every guess."""

_GUESSES: dict[str, dict[str, str]] = {
    "spouse": {
        "head": "spouse", "son": "son", "daughter": "daughter", "daughter_in_law": "daughter_in_law",
        "son_in_law": "son_in_law", "sons_son": "sons_son", "sons_daughter": "sons_daughter",
    },
    "son": {
        "head": "parent", "spouse": "parent", "son": "sibling", "daughter": "sibling", "daughter_in_law": "spouse",
        "sons_son": "son", "sons_daughter": "daughter", "father": "grandparent", "mother": "grandparent",
    },
    "daughter": {
        "head": "parent", "spouse": "parent", "son": "sibling", "daughter": "sibling", "son_in_law": "spouse",
        "daughters_son": "son", "daughters_daughter": "daughter",
    },
    "daughter_in_law": {"son": "spouse", "sons_son": "son", "sons_daughter": "daughter"},
    "son_in_law": {"daughter": "spouse", "daughters_son": "son", "daughters_daughter": "daughter"},
    "father": {"head": "child", "sibling": "child", "mother": "spouse"},
    "mother": {"head": "child", "sibling": "child", "father": "spouse"},
    "sibling": {"head": "sibling", "father": "father", "mother": "mother", "sibling": "sibling"},
    "sons_son": {"sons_son": "sibling", "sons_daughter": "sibling", "son": "father", "daughter_in_law": "mother"},
    "sons_daughter": {"sons_son": "sibling", "sons_daughter": "sibling", "son": "father", "daughter_in_law": "mother"},
}  # fmt: skip
_BY_SEX = {
    "parent": ("father", "mother"),
    "child": ("son", "daughter"),
    "grandparent": ("paternal_grandfather", "paternal_grandmother"),
}


def relation_to(new_head: str, member: str, *, male: bool) -> str:
    """The member's relation to the new head, both given by their relation to the old one; "" where nothing is certain."""
    found = _GUESSES.get(new_head, {}).get(member, "")
    return _BY_SEX[found][0 if male else 1] if found in _BY_SEX else found
