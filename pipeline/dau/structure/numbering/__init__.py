"""Numbering as a grammar with sequence logic: markers to lists, lists to the tree of nodes."""
