"""Work on templates by people: what they may use, what they must say, what is wrong with them, how they look.

=================  ====================================================================
``variables.toml``  every variable with its meaning; ``catalogue`` reads it
``fields.toml``     the checklists of required fields; ``fields`` looks for them
``samples``         made-up letters, by kind and size, and the situations a letter can be in
``reading``         what a template would say in a given letter
``check``           everything that is wrong with a template, in one report
``words``           forbidden words, law written out by hand, the other script
``layout``          fonts, text boxes, page numbers, places of the stamp
``parity``          whether both scripts say the same
``annotate``        a copy with Word comments
``preview``         a sample as Word file and PDF
``textdiff``        what differs in the words of two Word files
``own``             a copy of a pack to work on
=================  ====================================================================
"""
