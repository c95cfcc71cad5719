r"""The editor: positions count from 1, columns in UTF-16 code units as browsers do; lines end with `\n`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from treadle.server.models.given import Given, Taken
from treadle.server.models.mistakes import Diagnostic, ErrorBody

__all__ = [
    "Commit",
    "Conflict",
    "EditorBranches",
    "EditorChange",
    "EditorDiagnosis",
    "EditorDocument",
    "EditorDocumentation",
    "EditorEdit",
    "EditorEdits",
    "EditorFile",
    "EditorFix",
    "EditorMistake",
    "EditorPosition",
    "EditorQuestion",
    "EditorRange",
    "EditorSchema",
    "EditorState",
    "EditorSuggestion",
    "EditorSuggestionList",
    "EditorText",
    "NewCommit",
    "NewEditorFile",
    "SavedEditorFile",
]


class EditorPosition(Given):
    """A place in a text."""

    line: int = Field(ge=1)
    column: int = Field(ge=1)


class EditorRange(Given):
    """Part of a text; what it ends before isn't in it."""

    start: EditorPosition
    end: EditorPosition


class EditorEdit(Given):
    """What is in a range becomes another text."""

    range: EditorRange
    text: str


class EditorBranches(Given):
    """The branches that a commit can go to, and the paths that have changes."""

    current: str = Field(description="Empty when no branch is checked out.")
    names: list[str] = []
    changed: list[str] = []


class EditorState(Given):
    """Which files may be edited, and the repository that they are in."""

    files: list[str] = []
    defs: str = Field(description="The folder of the components, as seen from the project's folder.")
    git: EditorBranches | None = Field(default=None, description="Null outside of a git repository.")


class EditorFile(Given):
    """A component file. `version` tells one content from another; it is null for a file that isn't there yet."""

    path: str
    text: str
    version: str | None = None
    locked: str = Field(default="", description="Why it can't be edited here; `text` is empty then.")


class NewEditorFile(Taken):
    """A component that is to be begun."""

    type: str = Field(max_length=1000)
    folder: str = Field(max_length=1000, description="As seen from the folder of the components.")
    params: dict[str, str] = Field(default={}, description="What the type is told, when it makes the component.")


class SavedEditorFile(Taken):
    """What a file is to hold; `version` is what it was when it was read, null when it wasn't there."""

    path: str = Field(max_length=1000)
    text: str = Field(max_length=1_000_000)
    version: str | None


class Conflict(ErrorBody):
    """The file isn't what it was: what it is now, and what that differs in from what was to be saved."""

    now: EditorFile | None = None
    diff: str = Field(default="", description="In the unified format, from what is there to what was to be saved.")


class EditorText(Taken):
    """A component file as it is in an editor."""

    path: str = Field(max_length=1000)
    text: str = Field(max_length=1_000_000)


class EditorQuestion(EditorText):
    """A question about a place in a text."""

    line: int = Field(ge=1)
    column: int = Field(ge=1)


class EditorSuggestion(Given):
    """Something that may be typed: `insert` takes the place of `range`."""

    label: str
    kind: Literal["type", "attribute", "value", "variable", "function", "filter", "asset", "file", "snippet"]
    insert: str
    range: EditorRange
    detail: str = ""
    documentation: str = Field(default="", description="Markdown.")
    order: int = 5
    deprecated: bool = False


class EditorSuggestionList(Given):
    """What may be typed at a place, the likeliest first."""

    items: list[EditorSuggestion]
    complete: bool = Field(description="Whether nothing else becomes possible when more is typed.")


class EditorDocumentation(Given):
    """What is known of the thing at a place, as Markdown; empty where nothing is."""

    text: str = ""
    range: EditorRange | None = None


class EditorFix(Given):
    """Edits that mend a mistake."""

    title: str
    edits: list[EditorEdit]


class EditorMistake(Diagnostic):
    """A mistake in a text, where it is and what mends it. `path` leads to what it is about in its document."""

    range: EditorRange
    document: int = 0
    path: list[str | int] = []
    fixes: list[EditorFix] = []


class EditorDocument(Given):
    """A document of a text. `known` is the name of its component type, when there is such a type."""

    index: int
    line: int
    type: str = ""
    known: str = ""
    value: Any = None


class EditorDiagnosis(Given):
    """What is wrong in a text, and what it says. Only a `readable` one can be edited by value."""

    mistakes: list[EditorMistake] = []
    documents: list[EditorDocument] = []
    readable: bool = True


class EditorChange(EditorText):
    """Another value at a path of a document; `remove` takes out what is there, `name` calls it something else."""

    document: int = Field(default=0, ge=0)
    at: list[str | int] = Field(max_length=100)
    value: Any = None
    remove: bool = False
    name: str | None = Field(
        default=None, min_length=1, max_length=1000, description="What an entry of a mapping is called from now on."
    )


class EditorSchema(Given):
    """What a form is made from, beside the schemas of component types."""

    document: dict[str, Any] = Field(
        description="The JSON Schema of a component's document; what its attributes have to be, its type says."
    )


class EditorEdits(Given):
    """The edits that make a text say what was asked for."""

    edits: list[EditorEdit] = []


class NewCommit(Taken):
    """Files that are to be committed, as they are saved."""

    paths: list[str] = Field(min_length=1, max_length=1000)
    branch: str = Field(min_length=1, max_length=250)
    message: str = Field(min_length=1, max_length=10_000)


class Commit(Given):
    """A commit that was made; nothing was pushed. `notes` say what a person should know of it."""

    id: str
    branch: str
    new: bool = Field(description="Whether the branch was made by it.")
    current: bool = Field(description="Whether the branch is the one that is checked out.")
    notes: list[str] = []
