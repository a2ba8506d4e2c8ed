"""What the doors answer, described for clients: the shapes stand in the OpenAPI file and are held against real answers.

The answers themselves are made by hub.api.v1.presenter from the events; nothing is validated twice at run time. A field
with a default may be missing: it is left out where this unit was not told.
"""
