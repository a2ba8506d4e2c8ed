"""Who may call: tokens, and the one gate that every HTTP door passes."""
