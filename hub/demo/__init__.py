"""The demo: a story of 2025, played over HTTP against a hub of its own.

It is a stranger to the hub: it knows the doors, the commands of `tvaerspor` and the folder that letters are carried to,
and imports nothing of the hub but its error tree. What it asserts is what a system client can see.
"""
