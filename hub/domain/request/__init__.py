"""The municipality's request for information, and its answer."""
