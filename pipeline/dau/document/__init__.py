"""The vocabulary every stage speaks: pure data, no input or output, nothing of ours imported.

`transcript`  pages → lines → words, raw beside restored (transcript.json)
`directive`   metadata, tree, tasks, awards, citations, review flags (document.json)
`page`        a page image on its way from scan to ocr
`orthography` what a Vietnamese syllable is made of: NFC, tone placement, bare letters
`errors`      what can go wrong, with the advice to print and the category to record
"""
