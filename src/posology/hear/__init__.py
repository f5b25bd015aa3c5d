"""Words → facts of a patient, each with the words it came from.

`hear.py` is the way in. Each part builds on the ones above it:

- `text/`: text → words, phrases, clauses; spelling
- `named/`: what is named: phrases of the guideline's lexicon, and numbers with their names, units and dates
- `told/`: how and of whom it is told: denied, doubted, over, supposed, another's
- `meant/`: what that makes of it: had or planned, asked for, felt or examined, which of several values
- `later/`: what a later turn makes of an earlier one: corrected, replied to, taken back

Nothing here knows a guideline's topic, a drug or a disease: those words stand beside the guideline.
"""
