"""The mail, taken apart; the folder, filled, broken and filled again."""
