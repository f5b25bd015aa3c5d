"""posology: a clinical guideline that can be computed, asked, reviewed and trusted.

A rule is a sentence, a condition and an action; a condition is a tree of five kinds of node;
everything else is a way of reading that tree.
"""

__version__ = "0.1.0"
