"""The organisations and units that the hub knows, from a reviewed file."""
