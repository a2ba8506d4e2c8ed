"""What the hub needs from the world, a file a partner. Adapters fulfil these; the hub imports none of them.

Bytes travel through here and nothing else: the PDF inside a mail and the FHIR inside an inbox are handed over by
whoever calls, so that no adapter knows another.
"""
