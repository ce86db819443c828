"""What is wrong with a section body, as its form tells it: the words over the input, and what to do about it.

Left out: what is wrong (schemas.problems), and where the words stand (templates/macros/forms.html).
"""

from collections.abc import Callable
from typing import Final

from pydantic import BaseModel

from passport.forms import Shape, shapes
from schemas.errors import Problem, SectionError
from schemas.labels import Label
from schemas.vocabulary import Language

WHOLE: Final = "main-content"  # where the error summary leads when no input can put it right
_FILL_IN: Final = Label("Fill in: {label}", "Llenwch: {label}")
_REAL_DAY: Final = Label(
    "{label}: enter a real date, such as 27 3 2026", "{label}: rhowch ddyddiad go iawn, fel 27 3 2026"
)
_OTHER: Final = Label("{label}: {message}", "{label}: {message}")
_NOTHING_TOLD: Final = Label(
    "Tell at least one thing, or go back to your passport",
    "Dywedwch o leiaf un peth, neu ewch yn ôl i’ch pasbort",
)
_SAYS: Final = {
    "missing": _FILL_IN,
    "blank": _FILL_IN,
    "not_a_date": _REAL_DAY,
    "partial_date": _REAL_DAY,
}


def input_of_path(path: str) -> str:
    """Return the name of the input of a dotted path: "changes-0-barrier" for "changes.0.barrier"."""
    return path.replace(".", "-") or WHOLE


def form_errors(
    model: type[BaseModel],
    error: SectionError,
    language: Language,
    *,
    input_of: Callable[[str], str] = input_of_path,
) -> dict[str, str]:
    """Return the message of each input that is wrong, by its name. Each names its input: a summary lists several."""
    named = ((input_of(problem.path), problem) for problem in error.problems)
    return {name: _message(label_of(model, name, language), problem, language) for name, problem in named}


def label_of(model: type[BaseModel], name: str, language: Language) -> str:
    """Return the words over an input of a model's form: "What gets in the way". Empty for what is none."""
    found: Shape | None = None
    part: type[BaseModel] | None = model
    for step in name.split("-"):
        if step.isdecimal():
            continue
        found = next((one for one in shapes(part) if one.name == step), None) if part else None
        part = found.part if found else None
    return found.label[language] if found else ""


def _message(label: str, problem: Problem, language: Language) -> str:
    message = problem.message[language]
    if not label:
        return _NOTHING_TOLD[language] if problem.code == "nothing_told" else message
    return _SAYS.get(problem.code, _OTHER)[language].format(label=label, message=message)
