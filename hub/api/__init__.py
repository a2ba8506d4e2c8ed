"""The HTTP doors: translate, call, translate back."""
