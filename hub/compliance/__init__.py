"""The compliance officer's questions, answered from the record itself."""
