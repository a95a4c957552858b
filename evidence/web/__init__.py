"""The letter's page for its recipient (``/R/TOKEN``) and the staff's pages (``/staff``): HTTP and words, no rules.

::

    app       the application: routes, headers, faults      owner, staffpages   what each page does
    seals     cookies and forms nobody else can make        limits              how much, how often, how long
    visitors  previews and programs told from devices       pages, words        templates and their texts
    server    uvicorn with a time limit for slow readers    pictures            QR codes on photographs

Everything here is an optional extra (``evidence-kit[web]``) and loaded by ``evidence serve`` alone. What the pages do is
:class:`evidence.workspace.letterpage.LetterPage`.
"""
