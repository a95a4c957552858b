"""Error codes of ``evidence template``: what keeps a template of one's own from being used, and what to look at.

The codes of the engine itself (tags, unsafe contents, limits) are those of ``letters``.
"""

from __future__ import annotations

from evidence.errors._spec import ErrorSpec, ExitCode

ROWS: tuple[ErrorSpec, ...] = (
    ErrorSpec(
        "template.field-missing",
        ExitCode.TEMPLATE,
        "{name} lacks a required field: {field} ({no}; {basis}). What is missing: {needs}.",
        "Put it back; in the shipped template you see where it stands. evidence template list --variables shows every "
        "variable.",
        "Each kind of letter has a checklist of fields, with the rule behind each. A demand without its periods, sum, "
        "deadline or account may not count as one in court. A field counts only if it is printed in every letter that "
        "calls for it, so a variable in a branch that is not taken does not do.",
    ),
    ErrorSpec(
        "template.field-missing-when",
        ExitCode.TEMPLATE,
        "{name} lacks a field that is required where {when}: {field} ({no}; {basis}). What is missing: {needs}.",
        "Put it back, within a condition on {when}; in the shipped template you see where it stands.",
        "The field is called for in some letters only, for example where a late charge is claimed. The check makes up "
        "such letters and looks whether the field is printed in them.",
    ),
    ErrorSpec(
        "template.field-optional",
        ExitCode.TEMPLATE,
        "{name} has no {field} ({no}; {basis}); it is optional ({needs}).",
        "This is a note: nothing has to be changed.",
    ),
    ErrorSpec(
        "template.field-forbidden",
        ExitCode.TEMPLATE,
        "{name} says “{found}”, which this kind of letter leaves out: {field} ({no}; {basis}).",
        "Take it out; it belongs in another kind of letter, if in any.",
    ),
    ErrorSpec(
        "template.unused",
        ExitCode.TEMPLATE,
        "{name} does not use these variables: {variables}.",
        "This is a note: they may be used, and need not be.",
    ),
    ErrorSpec(
        "template.tag-split",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: a tag is cut in two by a link, a field, a content control or a line break "
        "(“{excerpt}”).",
        "Delete the tag and type it again in one go, as plain text.",
        "Word keeps a text in pieces. Pieces in a row are joined; a tag whose pieces lie in different containers cannot "
        "be, and would be printed as it stands or lose words.",
    ),
    ErrorSpec(
        "template.tag-looks",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: the parts of a tag look different; what is filled in will look like its first "
        "brace (“{excerpt}”).",
        "Mark the whole tag, braces included, and give it one look.",
    ),
    ErrorSpec(
        "template.east-asian-font",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: no font for Chinese is set, or one without Chinese ({found}): “{excerpt}”.",
        "Choose the font again for the whole paragraph, under Font → Asian text (中文字体), or use a style of the shipped "
        "template.",
        "Word keeps one font for Latin letters and one for East Asian text. Where the second is missing, Word takes the "
        "theme's, often MS Mincho, and Chinese is printed in Japanese forms or as boxes.",
    ),
    ErrorSpec(
        "template.text-box",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: there is a text box here.",
        "Put its words into the text or into a table cell.",
        "Word keeps a text box twice, for new and for old versions; its place depends on the program, and it may cover "
        "the stamp or the text.",
    ),
    ErrorSpec(
        "template.page-number",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: a page number stands here ({found}).",
        "Delete it: the stamp prints “page x of y” on every page.",
    ),
    ErrorSpec(
        "template.field-code",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: a Word field stands here ({found}); nobody will update it.",
        "Press Ctrl+Shift+F9 on it in Word to turn it into plain text.",
    ),
    ErrorSpec(
        "template.numbering",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: automatic numbering (“{excerpt}”).",
        "Type the number as text: where a paragraph falls away, automatic numbers of others change.",
    ),
    ErrorSpec(
        "template.picture",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: there is a picture here.",
        "A logo may stay. A picture of a seal or a signature may not: leave the place for the seal empty.",
    ),
    ErrorSpec(
        "template.comments",
        ExitCode.TEMPLATE,
        "{name} holds comments; they would go out with every letter as Word file.",
        "Delete all comments in Word before you use the template.",
    ),
    ErrorSpec(
        "template.page-size",
        ExitCode.TEMPLATE,
        "{name}: the paper is {found} mm, not A4 upright.",
        "Choose A4 upright under Layout; the places of the stamp are those of an A4 page.",
    ),
    ErrorSpec(
        "template.bottom-margin",
        ExitCode.TEMPLATE,
        "{name}: the bottom margin is {found} mm; text would run into the line of the stamp.",
        "Set it to at least 20 mm.",
    ),
    ErrorSpec(
        "template.stamp-area",
        ExitCode.TEMPLATE,
        "{name}: words lie where the stamp goes (page {page}: “{found}”).",
        "Keep free: on page 1 the box 160–200 mm from the left and 10–54 mm from the top, on every page the line 11–18 mm "
        "above the bottom edge. Set the lines at the head 28 mm in from the right, and use no footer.",
    ),
    ErrorSpec(
        "template.literal-law",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: law is written out by hand ({found}): “{excerpt}”.",
        "Use a sentence of the law pack instead (law.…): evidence template list --variables shows them.",
        "Articles, statutes, rates and numbers of days change. Sentences of the law pack are checked against the day of "
        "the letter; what stands in a template is not, and will one day be wrong in every letter.",
    ),
    ErrorSpec(
        "template.other-script",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: characters of the other script ({found}): “{excerpt}”.",
        "Look whether they are meant: Simplified and Traditional characters should not be mixed.",
    ),
    ErrorSpec(
        "template.parity-tags",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: the scripts have different tags. Simplified: {zh}. Traditional: {hant}.",
        "Make the tags of both templates the same, in the same order.",
        "Figures, conditions and rows must not depend on the script a letter is written in.",
    ),
    ErrorSpec(
        "template.parity-sections",
        ExitCode.TEMPLATE,
        "{name}, paragraph {paragraph}: the scripts have different numbered sections. Simplified: {zh}. Traditional: "
        "{hant}.",
        "Give both templates the same sections.",
    ),
    ErrorSpec(
        "template.unknown-kind",
        ExitCode.USAGE,
        "Nobody can tell what kind of template {name} is.",
        "Say it with --kind ({known}), or give the file one of these names.",
    ),
    ErrorSpec(
        "template.nothing-found",
        ExitCode.INPUT,
        "{name} is neither a Word file nor a folder with a pack.toml.",
        "Name a .docx file, or a folder made with evidence template new.",
    ),
    ErrorSpec(
        "template.wrong-locale",
        ExitCode.TEMPLATE,
        "{name} holds a pack for {found}; a pack for {wanted} belongs there.",
        "Put each pack into the folder of its own locale: templates/zh or templates/zh-Hant.",
    ),
)
