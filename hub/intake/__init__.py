"""Messages of other systems on their way into the record."""
